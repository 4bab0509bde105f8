package dev.drover.engine;

import dev.drover.core.mover.MoverOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Keeps a copy at or below its rates by letting the copying threads sleep. At most a tenth of a
/// second of an unused rate may be made up for. Thread-safe.
public final class Pacer {
  private static final long CREDIT_NANOS = 100_000_000;

  private final double nanosAnItem;
  private final double nanosAByte;
  private final LongSupplier nanoClock;
  private volatile boolean on;
  private long itemsFreeAt;
  private long bytesFreeAt;

  public Pacer(MoverOptions options, LongSupplier nanoClock) {
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
  public void on(boolean copying) {
    on = copying;
  }

  public boolean on() {
    return on;
  }

  public void items(long items) throws InterruptedException {
    if (on && nanosAnItem > 0) {
      sleep(takeItems((long) (items * nanosAnItem)));
    }
  }

  public void bytes(long bytes) throws InterruptedException {
    if (on && nanosAByte > 0) {
      sleep(takeBytes((long) (bytes * nanosAByte)));
    }
  }

  /// Both at once: sleeps as long as the slower of both rates asks for.
  public void take(long items, long bytes) throws InterruptedException {
    if (on && (nanosAnItem > 0 || nanosAByte > 0)) {
      long forItems = takeItems((long) (items * nanosAnItem));
      sleep(Math.max(forItems, takeBytes((long) (bytes * nanosAByte))));
    }
  }

  private synchronized long takeItems(long nanos) {
    long now = nanoClock.getAsLong();
    itemsFreeAt = Math.max(itemsFreeAt - now, -CREDIT_NANOS) + now + nanos;
    return itemsFreeAt - now;
  }

  private synchronized long takeBytes(long nanos) {
    long now = nanoClock.getAsLong();
    bytesFreeAt = Math.max(bytesFreeAt - now, -CREDIT_NANOS) + now + nanos;
    return bytesFreeAt - now;
  }

  private static void sleep(long nanos) throws InterruptedException {
    if (nanos > 0) {
      TimeUnit.NANOSECONDS.sleep(nanos);
    }
  }
}
