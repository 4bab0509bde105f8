package dev.drover.core.mover;

/// How far the target is behind the source, after a round of following.
///
/// @param lagItems changed items known but not yet applied at the end of the round
/// @param appliedItems items that this round applied
/// @param changesPerSecond how fast the source changes, measured over the last rounds
/// @param appliesPerSecond how fast this session applies, measured over the last rounds; greater
///   than 0
/// @param roundTripNanos one exchange with both homes
/// @param floorNanos what a settle costs even with nothing to apply (for `redis`: the sentinel,
///   streams, which are always looked at, and large keys that keep changing)
/// @param slowest the item that costs a settle most, with its size, for people; empty if none does
public record Tail(
    long lagItems,
    long appliedItems,
    double changesPerSecond,
    double appliesPerSecond,
    long roundTripNanos,
    long floorNanos,
    String slowest) {
  /// With no item that costs more than others.
  public Tail(
      long lagItems,
      long appliedItems,
      double changesPerSecond,
      double appliesPerSecond,
      long roundTripNanos,
      long floorNanos) {
    this(
        lagItems, appliedItems, changesPerSecond, appliesPerSecond, roundTripNanos, floorNanos, "");
  }
}
