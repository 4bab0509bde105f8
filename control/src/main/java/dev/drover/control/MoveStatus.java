package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a move is (docs/design.md, C6).
///
/// @param state the partition's ownership
/// @param situation where the partition is and what is done with it, for people
/// @param hold of a move; absent if only debts are worked off
/// @param waits each thing that it waits for; empty if nothing
public record MoveStatus(
    MoveId id,
    PartitionId partition,
    String state,
    String situation,
    Route route,
    Progress progress,
    Optional<Hold> hold,
    List<WaitView> waits)
    implements MoveView {
  public MoveStatus {
    waits = List.copyOf(waits);
  }

  /// What its driver and its mover do, and how far they are.
  ///
  /// @param stage what the driver is at
  /// @param phase the mover's word for what it does
  /// @param itemsTotal estimate
  /// @param itemsPerSecond over the last seconds; absent if another server drives the move
  /// @param remainingMillis until the copy is done
  public record Progress(
      String stage,
      Optional<String> phase,
      Optional<Instant> startedAt,
      long itemsDone,
      Optional<Long> itemsTotal,
      long bytesDone,
      Optional<Double> itemsPerSecond,
      Optional<Long> remainingMillis) {}

  /// What is known of the hold that is to come, or that has begun.
  ///
  /// @param attempt which one this is, from 1
  /// @param budgetMillis the longest time that writes may be held
  /// @param predictedMillis for how long they would be held now; absent before the mover follows
  /// @param lagItems changes not yet brought over; absent before the mover follows
  /// @param captureLosses how often change capture may have missed something, so that both homes
  ///   were compared again; absent if another server drives the move
  public record Hold(
      int attempt,
      long budgetMillis,
      Optional<Long> predictedMillis,
      Optional<Long> lagItems,
      Optional<Long> captureLosses) {}
}
