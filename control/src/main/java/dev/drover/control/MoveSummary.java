package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;

/// A move that has ended, as history keeps it.
///
/// @param outcome how it ended
/// @param reason why it was aborted; empty if it was not
/// @param startedMillis wall-clock milliseconds
/// @param endedMillis wall-clock milliseconds
/// @param attempts cutovers made
/// @param writesHeldNanos how long writers were held in the cutover that succeeded; 0 if none did
/// @param items how many were compared at both homes
public record MoveSummary(
    MoveId id,
    PartitionId partition,
    Placement from,
    Placement to,
    Result outcome,
    String reason,
    long startedMillis,
    long endedMillis,
    int attempts,
    long writesHeldNanos,
    long items) {
  /// How a move can end.
  public enum Result {
    COMPLETED,
    ABORTED
  }
}
