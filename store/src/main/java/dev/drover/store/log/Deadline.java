package dev.drover.store.log;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// When a call has to be over.
public record Deadline(long endNanos, LongSupplier nanoClock) {
  static Deadline in(Duration time, LongSupplier nanoClock) {
    return new Deadline(nanoClock.getAsLong() + time.toNanos(), nanoClock);
  }

  public long leftNanos() {
    return Math.max(0, endNanos - nanoClock.getAsLong());
  }

  public boolean over() {
    return leftNanos() == 0;
  }

  /// What is left, but at most so much, and never nothing.
  public Duration atMost(Duration most) {
    return Duration.ofNanos(
        Math.clamp(leftNanos(), TimeUnit.MILLISECONDS.toNanos(1), most.toNanos()));
  }
}
