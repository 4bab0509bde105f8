/// The mover of tenants between homes.
@NullMarked
package dev.drover.opensearch.move;

import org.jspecify.annotations.NullMarked;
