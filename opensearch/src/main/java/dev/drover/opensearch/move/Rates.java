package dev.drover.opensearch.move;

import dev.drover.core.mover.Tail;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How fast the source changes and how fast this session follows, averaged over the last rounds.
final class Rates {
  private static final double WEIGHT = 0.5;

  /// Stands until something has been measured.
  private static final double APPLIES_FLOOR = 1_000;

  /// A round of fewer documents says more about round trips than about the rate.
  private static final long ITEMS_MIN = 64;

  private final LongSupplier nanoClock;
  private long changesSince;
  private double changesPerSecond;
  private double appliesPerSecond;
  private long roundTripNanos;
  private long idleNanos;

  Rates(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.changesSince = nanoClock.getAsLong();
  }

  /// @param items that the source was found to have changed
  void changes(long items) {
    long now = nanoClock.getAsLong();
    long nanos = Math.max(TimeUnit.MILLISECONDS.toNanos(1), now - changesSince);
    changesSince = now;
    changesPerSecond = average(changesPerSecond, items * 1e9 / (double) nanos);
  }

  void applied(long items, long nanos) {
    if (items >= ITEMS_MIN) {
      appliesPerSecond = average(appliesPerSecond, items * 1e9 / (double) Math.max(1, nanos));
    } else {
      idleNanos = average(idleNanos, nanos);
    }
  }

  void roundTrip(long nanos) {
    roundTripNanos = average(roundTripNanos, nanos);
  }

  /// A settle takes at least a round with little in it, and looks at both homes before and after.
  Tail tail(long lag, long applied) {
    return new Tail(
        lag,
        applied,
        changesPerSecond,
        appliesPerSecond == 0 ? APPLIES_FLOOR : appliesPerSecond,
        roundTripNanos,
        2 * roundTripNanos + idleNanos);
  }

  private static double average(double old, double measured) {
    return old == 0 ? measured : old * (1 - WEIGHT) + measured * WEIGHT;
  }

  private static long average(long old, long measured) {
    return old == 0 ? measured : (old + measured) / 2;
  }
}
