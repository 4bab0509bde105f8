package dev.drover.control;

import dev.drover.core.Moment;
import java.util.function.LongSupplier;

/// The clocks that the shells of this module hand to the machines.
///
/// @param nanoClock monotonic nanoseconds
/// @param wallClock milliseconds since the Unix epoch
public record Clocks(LongSupplier nanoClock, LongSupplier wallClock) {
  long nanos() {
    return nanoClock.getAsLong();
  }

  long wallMillis() {
    return wallClock.getAsLong();
  }

  Moment now() {
    return new Moment(nanos(), wallMillis());
  }
}
