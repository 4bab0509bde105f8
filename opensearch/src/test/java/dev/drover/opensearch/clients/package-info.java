/// Well-known clients of OpenSearch, with a gateway and without.
@NullMarked
package dev.drover.opensearch.clients;

import org.jspecify.annotations.NullMarked;
