package dev.drover.library;

import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import java.util.Optional;

/// What a partition's record says.
///
/// @param label `Active`, `Draining`, `Cutover` or `Opening`
/// @param reads where reads go
/// @param writes where writes go; empty while they are held
/// @param to where its move leads; empty if it does not move
/// @param move which each further step has to name; empty if it does not move
/// @param epoch raised with each change of the others
public record State(
    PartitionId partition,
    String label,
    Placement reads,
    Optional<Placement> writes,
    Optional<Placement> to,
    Optional<MoveId> move,
    long epoch) {
  static State of(Partition partition) {
    return new State(
        partition.id(),
        partition.ownership().label(),
        partition.ownership().reads(),
        partition.writes(),
        partition.ownership() instanceof Ownership.Moving moving
            ? Optional.of(moving.to())
            : Optional.empty(),
        partition.move().map(Move::id),
        partition.epoch());
  }
}
