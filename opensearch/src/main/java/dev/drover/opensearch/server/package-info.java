/// OpenSearch clusters of this machine, for the demo, torture and tests.
@NullMarked
package dev.drover.opensearch.server;

import org.jspecify.annotations.NullMarked;
