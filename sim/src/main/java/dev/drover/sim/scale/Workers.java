package dev.drover.sim.scale;

import java.util.Arrays;

/// A few workers that do one thing after the other: whoever comes first is served first, by the one
/// that is free soonest.
final class Workers {
  private final Clockwork time;
  private final long[] freeAtNanos;

  Workers(Clockwork time, int count) {
    this.time = time;
    this.freeAtNanos = new long[count];
  }

  /// Does `then` after `nanos` of a worker's time.
  void work(long nanos, Runnable then) {
    int soonest = 0;
    for (int i = 1; i < freeAtNanos.length; i++) {
      if (freeAtNanos[i] < freeAtNanos[soonest]) {
        soonest = i;
      }
    }
    long endNanos = Math.max(time.nanos(), freeAtNanos[soonest]) + nanos;
    freeAtNanos[soonest] = endNanos;
    time.in(endNanos - time.nanos(), then);
  }

  /// Lets nobody work for so long.
  void stop(long nanos) {
    long until = time.nanos() + nanos;
    Arrays.setAll(freeAtNanos, i -> Math.max(freeAtNanos[i], until));
  }
}
