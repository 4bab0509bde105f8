package dev.drover.control;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.mover.MoverTask;

/// What a mover is told of a partition's record.
final class Tasks {
  private Tasks() {}

  static MoverTask forMove(Partition p) {
    if (!(p.ownership() instanceof Ownership.Moving m)) {
      throw new IllegalStateException("partition '" + p.id() + "' does not move");
    }
    return new MoverTask(p.id(), m.move().id(), p.term(), m.from(), m.to(), m.move().options());
  }
}
