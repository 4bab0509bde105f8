/// What is done with lines of the log before they are written.
@NullMarked
package dev.drover.app.log;

import org.jspecify.annotations.NullMarked;
