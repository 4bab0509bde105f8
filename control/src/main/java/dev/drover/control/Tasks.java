package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.Undo;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.MoverTask;

/// What a mover is told of a partition's record.
final class Tasks {
  private static final MoveId PAST = new MoveId("past");

  private Tasks() {}

  static MoverTask forMove(Partition p) {
    if (!(p.ownership() instanceof Ownership.Moving m)) {
      throw new IllegalStateException("partition '" + p.id() + "' does not move");
    }
    return new MoverTask(p.id(), m.move().id(), p.term(), m.from(), m.to(), m.move().options());
  }

  /// For debts: between where the partition is active and where something is owed.
  static MoverTask forUndo(Partition p, Undo undo) {
    Placement home = p.ownership().reads();
    Placement other =
        undo.at().equals(home)
            ? p.owed().stream()
                .map(Undo::at)
                .filter(at -> !at.equals(home))
                .findFirst()
                .orElse(elsewhere(home))
            : undo.at();
    return new MoverTask(p.id(), PAST, p.term(), home, other, MoverOptions.DEFAULT);
  }

  private static Placement elsewhere(Placement home) {
    return new Placement(home.home(), home.locator() + "?");
  }
}
