/// The seam between Drover and its engines: a [Plug] is all that an engine brings
/// (docs/adding-an-engine.md).
@NullMarked
package dev.drover.engine;

import org.jspecify.annotations.NullMarked;
