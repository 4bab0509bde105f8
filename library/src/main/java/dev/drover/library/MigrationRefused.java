package dev.drover.library;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Refusal;
import java.time.Duration;

/// A change of a partition that was not made, and nothing else was changed.
public final class MigrationRefused extends Exception {
  private static final long serialVersionUID = 1;
  private final transient Why why;

  MigrationRefused(Why why) {
    super(why.message());
    this.why = why;
  }

  public Why why() {
    return why;
  }

  /// Why not.
  public sealed interface Why {
    /// What is wrong, and what would be needed.
    String message();
  }

  /// There is no such partition.
  public record UnknownPartition(PartitionId partition) implements Why {
    @Override
    public String message() {
      return "there is no partition '%s': place it first".formatted(partition);
    }
  }

  /// It is there already.
  public record AlreadyPlaced(PartitionId partition) implements Why {
    @Override
    public String message() {
      return "partition '%s' has a place already: move it instead".formatted(partition);
    }
  }

  /// Its state does not allow that.
  public record NotAllowed(Refusal refusal) implements Why {
    @Override
    public String message() {
      return refusal.message();
    }
  }

  /// It is not in that move: it does not move, or in another one.
  public record NotInThatMove(PartitionId partition, MoveId move) implements Why {
    @Override
    public String message() {
      return "partition '%s' is not in move '%s' any more: look at its state"
          .formatted(partition, move);
    }
  }

  /// Not yet: somebody may still act by an older record. Ask again when that has passed.
  ///
  /// @param committed whether the partition is at its new home already, and only writes wait
  public record BarrierPending(PartitionId partition, Duration remaining, boolean committed)
      implements Why {
    @Override
    public String message() {
      return "partition '%s' must be held for %d ms more%s: ask again then"
          .formatted(
              partition,
              remaining.toMillis(),
              committed ? ", and is read at its new home already" : "");
    }
  }

  /// Another control plane drives this move.
  public record DrivenByAnother(PartitionId partition, String driver) implements Why {
    @Override
    public String message() {
      return "the move of partition '%s' is driven by '%s'. If that has ended for good, take it over"
          .formatted(partition, driver);
    }
  }

  /// Somebody else has changed it at the same time.
  public record Overtaken(PartitionId partition) implements Why {
    @Override
    public String message() {
      return "partition '%s' was changed by somebody else at the same time: look at it again"
          .formatted(partition);
    }
  }
}
