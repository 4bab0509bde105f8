package dev.drover.redis.move;

import dev.drover.core.mover.Tail;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// How fast the source changes and how fast this session follows, averaged over the last rounds.
final class Rates {
  private static final double WEIGHT = 0.5;

  /// What a lane does at the least; stands until something has been measured.
  private static final double APPLIES_FLOOR = 1_000;

  /// A round of fewer keys says more about round trips than about the rate.
  private static final long ITEMS_MIN = 64;

  private final LongSupplier nanoClock;
  private long changesSince;
  private double changesPerSecond;
  private double appliesPerSecond;
  private long roundTripNanos;
  private long streamsNanos;

  Rates(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.changesSince = nanoClock.getAsLong();
  }

  void changes(long items) {
    long now = nanoClock.getAsLong();
    long nanos = Math.max(TimeUnit.MILLISECONDS.toNanos(1), now - changesSince);
    changesSince = now;
    changesPerSecond = average(changesPerSecond, items * 1e9 / (double) nanos);
  }

  void applied(long items, long nanos) {
    if (items >= ITEMS_MIN) {
      appliesPerSecond = average(appliesPerSecond, items * 1e9 / (double) Math.max(1, nanos));
    }
  }

  void roundTrip(long nanos) {
    roundTripNanos = roundTripNanos == 0 ? nanos : (roundTripNanos + nanos) / 2;
  }

  void streams(long nanos) {
    streamsNanos = streamsNanos == 0 ? nanos : (streamsNanos + nanos) / 2;
  }

  /// A settle takes at least a sentinel, followed by a look at all streams, and one round trip to
  /// compare. Big keys that keep changing are looked through.
  ///
  /// @param big those that a settle would have to look through
  /// @param unwatched why one of them has to be looked through as a whole; may be empty
  Tail tail(long lag, long applied, List<Known.Cost> big, Function<byte[], String> unwatched) {
    long bigNanos = big.stream().mapToLong(Known.Cost::nanos).sum();
    String slowest =
        big.stream()
            .max(Comparator.comparingLong(Known.Cost::nanos))
            .map(
                c -> {
                  String why = unwatched.apply(c.key().bytes());
                  return "key %s, which keeps changing and has %d elements%s"
                      .formatted(
                          Scope.shown(c.key().bytes()),
                          c.elements(),
                          why.isEmpty() ? "" : " (" + why + ")");
                })
            .orElse("");
    return new Tail(
        lag,
        applied,
        changesPerSecond,
        appliesPerSecond == 0 ? APPLIES_FLOOR : appliesPerSecond,
        roundTripNanos,
        2 * roundTripNanos + streamsNanos + bigNanos,
        slowest);
  }

  private static double average(double old, double measured) {
    return old == 0 ? measured : old * (1 - WEIGHT) + measured * WEIGHT;
  }
}
