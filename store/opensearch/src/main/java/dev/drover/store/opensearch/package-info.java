/// The state store in an index of an OpenSearch cluster that somebody already runs.
@NullMarked
package dev.drover.store.opensearch;

import org.jspecify.annotations.NullMarked;
