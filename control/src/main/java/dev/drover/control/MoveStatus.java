package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.util.List;

/// How far a move is (docs/design.md, C6).
///
/// @param state the partition's ownership, or `Queued`
/// @param stage what the driver is at
/// @param phase the mover's word for what it does, empty if nothing
/// @param itemsTotal estimate, -1 if unknown
/// @param itemsPerSecond over the last seconds
/// @param etaSeconds until the copy is done, -1 if unknown
/// @param lagItems changes not yet brought over, -1 before following
/// @param predictedPauseNanos -1 before following
/// @param situation where the partition is and what is done with it, for people
/// @param waitingFor each thing that it waits for, for people; empty if nothing
/// @param waits the same in parts
public record MoveStatus(
    MoveId id,
    PartitionId partition,
    String from,
    String to,
    String state,
    String stage,
    String phase,
    int attempt,
    long itemsDone,
    long itemsTotal,
    long bytesDone,
    double itemsPerSecond,
    long etaSeconds,
    long lagItems,
    long predictedPauseNanos,
    long budgetNanos,
    long startedMillis,
    long captureLosses,
    String situation,
    List<String> waitingFor,
    List<Wait> waits) {
  public MoveStatus {
    waitingFor = List.copyOf(waitingFor);
    waits = List.copyOf(waits);
  }
}
