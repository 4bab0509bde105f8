package dev.drover.store.records;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.util.List;

/// What stands aside at a home of a move, until an operator decides.
///
/// @param locator where in the home the partition was
/// @param strays whether it may have been written at the old home after the last tail
/// @param why what was seen, and what it means, for people
/// @param items how many
/// @param names of the first of them
/// @param sinceMillis when it was first written down, wall-clock milliseconds
/// @param accepted whether an operator has said that it may stay there
public record KeptRecord(
    MoveId move,
    PartitionId partition,
    HomeId home,
    String locator,
    boolean strays,
    String why,
    long items,
    List<String> names,
    long sinceMillis,
    boolean accepted) {
  public KeptRecord {
    names = List.copyOf(names);
  }

  /// The same, once an operator has said that it may stay.
  public KeptRecord accept() {
    return new KeptRecord(
        move, partition, home, locator, strays, why, items, names, sinceMillis, true);
  }
}
