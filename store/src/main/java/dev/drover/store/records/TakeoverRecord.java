package dev.drover.store.records;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.util.List;

/// What is known of the last time that a fallback took a partition over.
///
/// @param lost the home that could not be reached
/// @param atMillis when it was decided, wall-clock milliseconds
/// @param witnesses who said so
/// @param lastSeen what the lost home last said of how it keeps what it holds
/// @param found what it held when it was there again; empty until then
public record TakeoverRecord(
    MoveId move,
    PartitionId partition,
    HomeId lost,
    HomeId fallback,
    long atMillis,
    List<String> witnesses,
    String lastSeen,
    String found) {
  public TakeoverRecord {
    witnesses = List.copyOf(witnesses);
  }

  public TakeoverRecord found(String what) {
    return new TakeoverRecord(move, partition, lost, fallback, atMillis, witnesses, lastSeen, what);
  }
}
