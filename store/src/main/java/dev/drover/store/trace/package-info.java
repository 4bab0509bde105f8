/// What Java Flight Recorder is told of a hold.
@NullMarked
package dev.drover.store.trace;

import org.jspecify.annotations.NullMarked;
