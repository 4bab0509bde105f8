/// What the driver of a move decides (DESIGN.md §5).
@NullMarked
package dev.drover.core.driver;

import org.jspecify.annotations.NullMarked;
