/// What an engine must be able to do to a partition that moves.
@NullMarked
package dev.drover.core.mover;

import org.jspecify.annotations.NullMarked;
