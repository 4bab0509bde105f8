package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverListener;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Tells the listener how far things are, not more often than it can bear. Threads count; only the
/// session's thread tells.
final class Progress {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final MoverListener listener;
  private final LongSupplier nanoClock;
  private long toldAt = Long.MIN_VALUE;
  private String phase = "";
  private long total = -1;
  private long items;
  private long bytes;
  private long counted;
  private volatile String waitingFor = "";

  Progress(MoverListener listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /// @param itemsTotal estimate, or -1
  synchronized void begin(String newPhase, long itemsTotal) {
    phase = newPhase;
    total = itemsTotal;
    items = 0;
    bytes = 0;
    toldAt = Long.MIN_VALUE;
  }

  /// Any thread.
  synchronized void count(long moreItems, long moreBytes) {
    items += moreItems;
    counted += moreItems;
    bytes += moreBytes;
    waitingFor = "";
  }

  /// How many items were counted in all phases.
  synchronized long counted() {
    return counted;
  }

  /// Any thread.
  void stalled(String what) {
    waitingFor = what;
  }

  /// Tells, if it is time to.
  synchronized void tell() {
    long now = nanoClock.getAsLong();
    if (toldAt == Long.MIN_VALUE || now - toldAt >= EVERY_NANOS) {
      toldAt = now;
      listener.progress(phase, items, total, bytes, waitingFor);
    }
  }

  /// What the session's thread waits for right now.
  void waiting(String what) {
    waitingFor = what;
    tell();
  }

  /// Tells that a phase has ended.
  synchronized void end() {
    waitingFor = "";
    listener.progress(phase, items, items, bytes, "");
  }

  void captureLost(String reason) {
    listener.captureLost(reason);
  }
}
