package dev.drover.control;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import java.util.Optional;

/// A move as the API shows it: under way, queued or ended. Only one that has ended has an
/// `outcome`.
public sealed interface MoveView permits MoveStatus, MoveView.Queued, EndedMove {
  MoveId id();

  PartitionId partition();

  /// A move that waits for its turn.
  record Queued(MoveId id, PartitionId partition, HomeId to) implements MoveView {}

  /// From where to where.
  ///
  /// @param to absent if the partition does not move, and only debts are worked off
  record Route(Placement from, Optional<Placement> to) {}
}
