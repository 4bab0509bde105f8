package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Keeps a copy at or below its rates by letting the copying threads sleep. At most a tenth of a
/// second of an unused rate may be made up for.
final class Pacer {
  private static final long CREDIT_NANOS = 100_000_000;

  private final double nanosAnItem;
  private final double nanosAByte;
  private final LongSupplier nanoClock;
  private volatile boolean on;
  private long itemsFreeAt;
  private long bytesFreeAt;

  Pacer(MoverOptions options, LongSupplier nanoClock) {
    this.nanosAnItem =
        options.itemsPerSecondMax() == 0 ? 0 : 1e9 / (double) options.itemsPerSecondMax();
    this.nanosAByte =
        options.bytesPerSecondMax() == 0 ? 0 : 1e9 / (double) options.bytesPerSecondMax();
    this.nanoClock = nanoClock;
    this.itemsFreeAt = nanoClock.getAsLong();
    this.bytesFreeAt = itemsFreeAt;
  }

  /// Switches the limits on while a copy runs; off, as at first, nothing sleeps: a tail in the hold
  /// must not be slowed down.
  void on(boolean copying) {
    on = copying;
  }

  boolean on() {
    return on;
  }

  void take(long items, long bytes) throws InterruptedException {
    if (on && (nanosAnItem > 0 || nanosAByte > 0)) {
      long nanos = taken((long) (items * nanosAnItem), (long) (bytes * nanosAByte));
      if (nanos > 0) {
        TimeUnit.NANOSECONDS.sleep(nanos);
      }
    }
  }

  /// How long to sleep.
  private synchronized long taken(long itemNanos, long byteNanos) {
    long now = nanoClock.getAsLong();
    itemsFreeAt = Math.max(itemsFreeAt - now, -CREDIT_NANOS) + now + itemNanos;
    bytesFreeAt = Math.max(bytesFreeAt - now, -CREDIT_NANOS) + now + byteNanos;
    return Math.max(itemsFreeAt, bytesFreeAt) - now;
  }
}
