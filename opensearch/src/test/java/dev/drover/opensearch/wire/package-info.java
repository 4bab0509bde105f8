@NullMarked
package dev.drover.opensearch.wire;

import org.jspecify.annotations.NullMarked;
