/// The OpenSearch engine as a plug.
@NullMarked
package dev.drover.opensearch.plug;

import org.jspecify.annotations.NullMarked;
