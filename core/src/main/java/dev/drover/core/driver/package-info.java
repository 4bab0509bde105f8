/// What the driver of a move decides (docs/design.md, "Controllers and drivers").
@NullMarked
package dev.drover.core.driver;

import org.jspecify.annotations.NullMarked;
