package dev.drover.core;

import java.time.Duration;

/// Why a transition was refused; nothing has changed.
public sealed interface Refusal {
  /// For people: what is wrong and what would be needed.
  String message();

  /// It is moving already.
  record AlreadyMoving(PartitionId partition, MoveId move) implements Refusal {
    @Override
    public String message() {
      return "partition '"
          + partition
          + "' is moving already (move "
          + move
          + "); wait for it or abort it";
    }
  }

  /// It is where it should go.
  record AlreadyThere(PartitionId partition, Placement home) implements Refusal {
    @Override
    public String message() {
      return "partition '" + partition + "' is at " + home.home() + " already";
    }
  }

  /// An earlier move has left something to put right first.
  record Owing(PartitionId partition, Undo first) implements Refusal {
    @Override
    public String message() {
      return "partition '"
          + partition
          + "' still owes '"
          + first
          + "' from an earlier move; it is worked off by itself as soon as that home can be reached";
    }
  }

  /// The ownership is not the one that this transition starts from.
  record WrongState(PartitionId partition, String isIn, String needed) implements Refusal {
    @Override
    public String message() {
      return "partition '" + partition + "' is in " + isIn + ", and this needs " + needed;
    }
  }

  /// The move has passed its commit point.
  record Committed(PartitionId partition, MoveId move) implements Refusal {
    @Override
    public String message() {
      return "move "
          + move
          + " of partition '"
          + partition
          + "' has passed its commit point and will finish; move it back afterwards";
    }
  }

  /// It cannot be where the request wants it.
  record NoSuchPlace(PartitionId partition, String why) implements Refusal {
    @Override
    public String message() {
      return "partition '" + partition + "' cannot go there: " + why;
    }
  }

  /// The record of a partition that may lie inside it cannot be read: nobody knows what has to stay
  /// where it is.
  record UnreadableInside(PartitionId partition, PartitionId inner) implements Refusal {
    @Override
    public String message() {
      return "the record of '"
          + inner
          + "', which may lie inside '"
          + partition
          + "', cannot be read: a move could take along what belongs to it. Mend or restore that record first";
    }
  }

  /// The timed barrier has not ended.
  record TooEarly(PartitionId partition, Duration remaining) implements Refusal {
    @Override
    public String message() {
      return "partition '" + partition + "' must be held for " + remaining.toMillis() + " ms more";
    }
  }
}
