/// Requests to a home, and what comes back.
@NullMarked
package dev.drover.opensearch.wire;

import org.jspecify.annotations.NullMarked;
