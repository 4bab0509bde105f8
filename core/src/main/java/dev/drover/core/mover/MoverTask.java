package dev.drover.core.mover;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;

/// What a mover is asked to move.
///
/// @param term the fencing token: grows over the whole life of a partition with every move and
///   every takeover of a driver. A home where a higher one was seen refuses this one
///   (docs/design.md, M1)
public record MoverTask(
    PartitionId partition,
    MoveId move,
    long term,
    Placement from,
    Placement to,
    MoverOptions options) {
  public MoverTask {
    if (term < 1) {
      throw new IllegalArgumentException("a term is at least 1, but was " + term);
    }
    if (from.equals(to)) {
      throw new IllegalArgumentException("a move needs two places, but both are " + from);
    }
  }
}
