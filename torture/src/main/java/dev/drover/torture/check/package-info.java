/// Decides from a history whether everything that was promised held. Pure.
@NullMarked
package dev.drover.torture.check;

import org.jspecify.annotations.NullMarked;
