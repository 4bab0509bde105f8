package dev.drover.redis.move;

import dev.drover.core.mover.MoverListener;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Tells the listener how far things are, not more often than it can bear. Used by the session's
/// thread.
final class Progress {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final MoverListener listener;
  private final LongSupplier nanoClock;
  private long toldAt = Long.MIN_VALUE;
  private String phase = "";

  Progress(MoverListener listener, LongSupplier nanoClock) {
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  void tell(String newPhase, long items, long total, long bytes, String waitingFor) {
    long now = nanoClock.getAsLong();
    if (!newPhase.equals(phase) || now - toldAt >= EVERY_NANOS) {
      phase = newPhase;
      toldAt = now;
      listener.progress(newPhase, items, total, bytes, waitingFor);
    }
  }

  /// Tells that a phase has ended.
  void end(String ended, long items, long bytes) {
    phase = "";
    listener.progress(ended, items, items, bytes, "");
  }

  void captureLost(String reason) {
    listener.captureLost(reason);
  }
}
