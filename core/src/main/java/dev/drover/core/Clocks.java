package dev.drover.core;

import java.util.function.LongSupplier;

/// The clocks from which a shell takes what it hands to the machines.
///
/// @param nanoClock monotonic nanoseconds
/// @param wallClock milliseconds since the Unix epoch
public record Clocks(LongSupplier nanoClock, LongSupplier wallClock) {
  public long nanos() {
    return nanoClock.getAsLong();
  }

  public long wallMillis() {
    return wallClock.getAsLong();
  }

  public Moment now() {
    return new Moment(nanos(), wallMillis());
  }
}
