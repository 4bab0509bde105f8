package dev.drover.core.mover;

/// What [MoverSession#settle] has found.
public sealed interface Settlement {
  /// The tail has ended and the target holds what the source holds.
  ///
  /// @param position where the source's changes end, in the engine's terms (for `redis`: the
  ///   sentinel)
  /// @param items how many the partition holds, or -1 if that is not known cheaply
  /// @param tailItems how many the last tail brought over
  /// @param verified how many of the changed ones were compared in the hold
  record Settled(String position, long items, long tailItems, long verified)
      implements Settlement {}

  /// It cannot be said that everything has been captured; the hold has to be given up and the tail
  /// followed again.
  record Unsettled(String reason) implements Settlement {}
}
