@NullMarked
package dev.drover.opensearch.move;

import org.jspecify.annotations.NullMarked;
