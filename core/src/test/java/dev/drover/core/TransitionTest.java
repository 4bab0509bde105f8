package dev.drover.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Verification;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTest {
  private static final Placement A = new Placement(new HomeId("a"), "p");
  private static final Placement B = new Placement(new HomeId("b"), "p");
  private static final Hlc NOW = new Hlc(10, 0);
  private static final Undo REMOVE =
      new Undo("remove-copies", B, new MoveId("m"), MoverOptions.DEFAULT);
  private static final Undo PURGE =
      new Undo("purge-source", A, new MoveId("m"), MoverOptions.DEFAULT);
  private static final Move MOVE = move(Barrier.RECEIPTS);
  private static final Proof PROOF =
      new Proof(List.of(), new Settled("x", 0, 0, 0), new Verification(0, 0, 0, "0"), false, 0, 0);

  private final Partition rest = Partition.at(new PartitionId(Engine.FIRST, "p"), A, NOW);
  private final Partition draining = granted(Transition.begin(rest, B, MOVE, NOW));
  private final Partition cutover = granted(Transition.cutover(draining, NOW));
  private final Partition opening = granted(Transition.commit(cutover, PROOF, NOW));

  private static Move move(Barrier barrier) {
    return Move.begun(
        new MoveId("m"),
        new ControllerId("c"),
        new Move.Plan(
            Budget.DEFAULT, barrier, MoverOptions.DEFAULT, SourceFence.OUTSIDERS, List.of(PURGE)),
        List.of(REMOVE),
        NOW);
  }

  private static Partition granted(Transition t) {
    return ((Transition.Granted) t).next();
  }

  private static Refusal refused(Transition t) {
    return ((Transition.Refused) t).why();
  }

  @Test
  void theEpochGrowsByOneWithEachTransitionOfOwnership() {
    Partition active = granted(Transition.complete(opening, NOW));
    assertThat(List.of(rest, draining, cutover, opening, active))
        .extracting(Partition::epoch)
        .containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(active.ownership()).isEqualTo(new Ownership.Active(B));
  }

  @Test
  void aTimedBarrierIsHeldBeforeTheCommit() {
    Move timed = move(new Barrier.Timed(Duration.ofSeconds(30)));
    Partition held =
        granted(Transition.cutover(granted(Transition.begin(rest, B, timed, NOW)), NOW));
    assertThat(refused(Transition.commit(held, after(Duration.ofSeconds(18)), NOW)))
        .isEqualTo(new Refusal.TooEarly(held.id(), Duration.ofSeconds(12)));
    assertThat(granted(Transition.commit(held, after(Duration.ofSeconds(30)), NOW)).ownership())
        .isInstanceOf(Ownership.Opening.class);
  }

  private static Proof after(Duration hold) {
    return new Proof(List.of(), PROOF.settled(), PROOF.verification(), false, 0, hold.toNanos());
  }

  @Test
  void takeoversAndCheckpointsLeaveTheEpochAlone() {
    Partition taken = granted(Transition.takeOver(draining, new ControllerId("d")));
    assertThat(taken.epoch()).isEqualTo(draining.epoch());
    assertThat(taken.term()).isEqualTo(draining.term() + 1);
    assertThat(granted(Transition.checkpoint(taken, Step.COPY, Checkpoint.NONE)).epoch())
        .isEqualTo(draining.epoch());
  }

  @Test
  void theTermGrowsOverMovesSoThatAnOldDriverCanNeverComeBack() {
    Partition taken = granted(Transition.takeOver(draining, new ControllerId("d")));
    Partition aborted = granted(Transition.paid(granted(Transition.abort(taken, NOW)), REMOVE));
    assertThat(granted(Transition.begin(aborted, B, MOVE, NOW)).term()).isGreaterThan(taken.term());
  }

  @Test
  void anAbortOwesWhatTheMoveLaidDown() {
    for (Partition p : List.of(draining, cutover)) {
      Partition aborted = granted(Transition.abort(p, NOW));
      assertThat(aborted.ownership()).isEqualTo(new Ownership.Active(A));
      assertThat(aborted.owed()).containsExactly(REMOVE);
    }
  }

  @Test
  void aPartitionThatOwesBeginsNoMove() {
    Partition aborted = granted(Transition.abort(draining, NOW));
    assertThat(refused(Transition.begin(aborted, B, MOVE, NOW))).isInstanceOf(Refusal.Owing.class);
  }

  @Test
  void afterTheCommitPointThereIsNoAbort() {
    assertThat(refused(Transition.abort(opening, NOW))).isInstanceOf(Refusal.Committed.class);
    assertThat(granted(Transition.complete(opening, NOW)).owed()).containsExactly(PURGE);
  }

  @Test
  void aReopenedCutoverCountsTheAttempt() {
    Partition again = granted(Transition.reopen(cutover, NOW));
    assertThat(again.move().orElseThrow().attempt()).isEqualTo(2);
    assertThat(again.writes()).contains(A);
  }

  @Test
  void everyTransitionFromTheWrongStateIsRefusedWithWhatWouldBeNeeded() {
    assertThat(refused(Transition.begin(draining, B, MOVE, NOW)))
        .isInstanceOf(Refusal.AlreadyMoving.class);
    assertThat(refused(Transition.begin(rest, A, MOVE, NOW)))
        .isInstanceOf(Refusal.AlreadyThere.class);
    for (Transition t :
        List.of(
            Transition.cutover(rest, NOW),
            Transition.cutover(cutover, NOW),
            Transition.commit(draining, PROOF, NOW),
            Transition.complete(cutover, NOW),
            Transition.reopen(draining, NOW),
            Transition.abort(rest, NOW),
            Transition.takeOver(rest, new ControllerId("d")))) {
      assertThat(refused(t)).isInstanceOf(Refusal.WrongState.class);
      assertThat(refused(t).message()).contains("needs");
    }
  }

  @Test
  void writesAreHeldInCutoverAndOpeningAndReadsFollowTheCommit() {
    assertThat(cutover.writes()).isEmpty();
    assertThat(opening.writes()).isEmpty();
    assertThat(cutover.ownership().reads()).isEqualTo(A);
    assertThat(opening.ownership().reads()).isEqualTo(B);
  }
}
