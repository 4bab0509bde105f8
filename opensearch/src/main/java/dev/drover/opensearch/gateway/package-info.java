/// The HTTP gateway: what OpenSearch clients talk to.
@NullMarked
package dev.drover.opensearch.gateway;

import org.jspecify.annotations.NullMarked;
