package dev.drover.core.driver;

import dev.drover.core.mover.Tail;
import java.time.Duration;

/// How long writers would be held if the cutover began now (docs/design.md, C4).
///
/// The pause is a chain: gateways learn of Cutover and give receipts, the last tail is taken, the
/// commit is written, gateways learn of Opening and give receipts, and the last record is written.
/// Fleet and store times are those measured in this move.
public final class Prediction {
  private static final long FADE_NANOS = Duration.ofSeconds(1).toNanos();

  private Prediction() {}

  /// The predicted pause in nanoseconds.
  ///
  /// @param tail the last round of following
  /// @param tailAgeNanos time since that round ended; changes have gone on meanwhile
  /// @param fleetNanos from a record's write to the last gateway's receipt
  /// @param storeWriteNanos one compare-and-set by the driver
  public static long pauseNanos(
      Tail tail, long tailAgeNanos, long fleetNanos, long storeWriteNanos) {
    double items = tail.lagItems() + tail.changesPerSecond() * ((tailAgeNanos + fleetNanos) / 1e9);
    double applyNanos = items / Math.max(1, tail.appliesPerSecond()) * 1e9;
    return (long) applyNanos
        + tail.floorNanos()
        + 2 * tail.roundTripNanos()
        + 2 * fleetNanos
        + 3 * storeWriteNanos;
  }

  /// What a time that was measured once is worth later: half with each second. Nothing measures the
  /// fleet and the store again while a move follows, so a single slow answer would otherwise keep
  /// it from ever trying; if they are still that slow, a cutover misses its deadline and is given
  /// up.
  ///
  /// @param ageNanos since it was measured
  static long faded(long measuredNanos, long ageNanos) {
    return measuredNanos >> Math.clamp(ageNanos / FADE_NANOS, 0, Long.SIZE - 1);
  }

  /// Whether following more rounds still helps.
  ///
  /// @param beforeNanos what the round before predicted
  public static boolean stillShrinking(long nowNanos, long beforeNanos) {
    return nowNanos < beforeNanos - beforeNanos / 5;
  }

  /// For people: why a predicted pause does not fit.
  static String misfit(Tail tail, long predictedNanos, Duration budget) {
    return "a cutover would hold writers for about %d ms, and the budget is %d ms (%s%d changed items behind, %.0f changes/s, %.0f applied/s)"
        .formatted(
            predictedNanos / 1_000_000,
            budget.toMillis(),
            tail.slowest().isEmpty() ? "" : "most of it for " + tail.slowest() + "; ",
            tail.lagItems(),
            tail.changesPerSecond(),
            tail.appliesPerSecond());
  }
}
