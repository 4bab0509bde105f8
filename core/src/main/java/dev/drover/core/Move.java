package dev.drover.core;

import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.List;

/// A move under way, inside its partition's record.
///
/// @param driver the controller that drives it
/// @param attempt the number of the cutover that is being made or comes next, from 1
/// @param options how the copy behaves
/// @param owedOnAbort what an abort will owe, laid down before anything is done
/// @param owedOnComplete what the finished move will owe
public record Move(
    MoveId id,
    ControllerId driver,
    Step step,
    int attempt,
    Checkpoint checkpoint,
    Budget budget,
    Barrier barrier,
    MoverOptions options,
    List<Undo> owedOnAbort,
    List<Undo> owedOnComplete,
    Hlc startedAt) {
  public Move {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts start at 1, but was " + attempt);
    }
    owedOnAbort = List.copyOf(owedOnAbort);
    owedOnComplete = List.copyOf(owedOnComplete);
  }

  public Move at(Step next, Checkpoint reached) {
    return new Move(
        id,
        driver,
        next,
        attempt,
        reached,
        budget,
        barrier,
        options,
        owedOnAbort,
        owedOnComplete,
        startedAt);
  }

  public Move at(Step next) {
    return at(next, checkpoint);
  }

  public Move drivenBy(ControllerId next) {
    return new Move(
        id,
        next,
        step,
        attempt,
        checkpoint,
        budget,
        barrier,
        options,
        owedOnAbort,
        owedOnComplete,
        startedAt);
  }

  /// The longest time that one hold may last: the budget, and the barrier if it is a timed one.
  public Duration holdMax() {
    return budget.pause().plus(barrier.hold());
  }

  public Move again() {
    return new Move(
        id,
        driver,
        Step.FOLLOW,
        attempt + 1,
        checkpoint,
        budget,
        barrier,
        options,
        owedOnAbort,
        owedOnComplete,
        startedAt);
  }
}
