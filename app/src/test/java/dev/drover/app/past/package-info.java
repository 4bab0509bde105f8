/// Whole moves with real servers, in one process so that a test can look inside.
@NullMarked
package dev.drover.app.past;

import org.jspecify.annotations.NullMarked;
