package dev.drover.core;

import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.List;

/// A move under way, inside its partition's record.
///
/// @param driver the controller that drives it
/// @param plan what was decided when it began
/// @param reached how far it has come
public record Move(
    MoveId id, ControllerId driver, Plan plan, Reached reached, Hlc startedAt, Unknown unknown) {
  /// What was decided when a move began.
  ///
  /// @param options how the copy behaves
  /// @param sourceFence whom the source refuses in the hold
  /// @param owedOnComplete what the finished move will owe, in order
  public record Plan(
      Budget budget,
      Barrier barrier,
      MoverOptions options,
      SourceFence sourceFence,
      List<Undo> owedOnComplete) {
    public Plan {
      owedOnComplete = List.copyOf(owedOnComplete);
    }
  }

  /// How far a move has come.
  ///
  /// @param attempt the number of the cutover that is being made or comes next, from 1
  /// @param state how far its engine has come
  /// @param owedOnAbort what an abort will owe, in order; laid down before it is done
  public record Reached(
      Step step, int attempt, Checkpoint checkpoint, EngineState state, List<Undo> owedOnAbort) {
    public Reached {
      if (attempt < 1) {
        throw new IllegalArgumentException("attempts start at 1, but was " + attempt);
      }
      owedOnAbort = List.copyOf(owedOnAbort);
    }
  }

  /// A move that begins.
  ///
  /// @param owedOnAbort what an abort owes from now on
  public static Move begun(
      MoveId id, ControllerId driver, Plan plan, List<Undo> owedOnAbort, Hlc startedAt) {
    Reached reached = new Reached(Step.PREPARE, 1, Checkpoint.NONE, EngineState.NONE, owedOnAbort);
    return new Move(id, driver, plan, reached, startedAt, Unknown.NOTHING);
  }

  public Step step() {
    return reached.step();
  }

  public int attempt() {
    return reached.attempt();
  }

  public Checkpoint checkpoint() {
    return reached.checkpoint();
  }

  public EngineState state() {
    return reached.state();
  }

  public List<Undo> owedOnAbort() {
    return reached.owedOnAbort();
  }

  public Budget budget() {
    return plan.budget();
  }

  public Barrier barrier() {
    return plan.barrier();
  }

  public MoverOptions options() {
    return plan.options();
  }

  public List<Undo> owedOnComplete() {
    return plan.owedOnComplete();
  }

  /// The longest time that one hold may last: the budget, and the barrier if it is a timed one.
  public Duration holdMax() {
    return budget().pause().plus(barrier().hold());
  }

  public Move at(Step next, Checkpoint checkpoint) {
    return with(new Reached(next, attempt(), checkpoint, state(), owedOnAbort()));
  }

  public Move at(Step next) {
    return at(next, checkpoint());
  }

  /// Its engine has come further, and an abort owes something else from now on.
  public Move engineAt(EngineState state, List<Undo> owedOnAbort) {
    return with(new Reached(step(), attempt(), checkpoint(), state, owedOnAbort));
  }

  /// After a hold that was given up.
  public Move again() {
    return with(new Reached(Step.FOLLOW, attempt() + 1, checkpoint(), state(), owedOnAbort()));
  }

  public Move drivenBy(ControllerId next) {
    return new Move(id, next, plan, reached, startedAt, unknown);
  }

  private Move with(Reached next) {
    return new Move(id, driver, plan, next, startedAt, unknown);
  }
}
