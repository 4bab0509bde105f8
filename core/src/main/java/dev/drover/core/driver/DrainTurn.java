package dev.drover.core.driver;

import dev.drover.core.Checkpoint;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Step;
import dev.drover.core.Transition;
import dev.drover.core.driver.DriverEffect.ReadRecord;
import dev.drover.core.driver.DriverEffect.WakeAt;
import dev.drover.core.driver.Stage.Following;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/// The part of a driver that works while writes go on: fence, copy, verify and follow, until a
/// cutover fits the budget.
final class DrainTurn {
  private static final Duration FOLLOW_PAUSE = Duration.ofMillis(20);
  private static final Duration LIFT_RETRY = Duration.ofMillis(200);
  private static final int ROUNDS_MIN = 2;

  private final DriverTurn turn;

  DrainTurn(DriverTurn turn) {
    this.turn = turn;
  }

  void done(Work work) {
    if (turn.pending != null) {
      return;
    }
    if (turn.stage instanceof Stage.Fencing s && work == Work.RAISE_FENCE) {
      fenced(s);
    } else if (turn.stage instanceof Stage.Lifting s && work == Work.UNFENCE_SOURCE) {
      turn.write(
          Transition.unfenced(turn.partition, turn.stamp()), new Stage.Releasing(s.reason()));
    } else if (turn.stage instanceof Stage.Unfencing s && work == Work.UNFENCE_SOURCE) {
      if (!turn.abortIfAsked()) {
        begin(s.prepare() ? new Stage.Preparing() : following());
      }
    } else if (turn.stage instanceof Stage.Preparing && work == Work.PREPARE) {
      note(Step.COPY, Checkpoint.NONE, new Stage.Copying());
    } else if (turn.stage instanceof Stage.Copying && work == Work.COPY) {
      turn.stage = new Stage.Copied();
      fleetDone();
    }
  }

  /// The comparison begins. Where gateways note what the engine's capture does not show, they all
  /// have to know of the move before: what they have let through without noting it is done by then
  /// (docs/design.md, M11).
  void fleetDone() {
    if (turn.stage instanceof Stage.Copied
        && (turn.fleet.done() || !turn.before.known().gatewaysNote())) {
      begin(new Stage.Verifying());
    }
  }

  private void fenced(Stage.Fencing s) {
    if (s.takenOver()) {
      turn.stage = new Stage.Looking();
      turn.effects.add(new ReadRecord());
    } else if (!turn.abortIfAsked()) {
      begin(new Stage.Preparing());
    }
  }

  void verified(Verification verification) {
    if (turn.pending == null && turn.stage instanceof Stage.Verifying) {
      turn.verification = verification;
      note(
          Step.FOLLOW,
          new Checkpoint(verification.items(), verification.bytes(), "verified"),
          following());
    }
  }

  private void note(Step step, Checkpoint reached, Stage next) {
    turn.write(Transition.checkpoint(turn.partition, step, reached), new Stage.Noting(next));
  }

  void noted(Stage next) {
    if (!turn.abortIfAsked()) {
      begin(next);
    }
  }

  private void begin(Stage next) {
    turn.stage = next;
    turn.ask(
        switch (next) {
          case Stage.Preparing _ -> Work.PREPARE;
          case Stage.Copying _ -> Work.COPY;
          case Stage.Verifying _ -> Work.VERIFY;
          case Following _ -> Work.FOLLOW;
          case Stage.Claiming _,
              Stage.Fencing _,
              Stage.Looking _,
              Stage.Unfencing _,
              Stage.Copied _,
              Stage.Noting _,
              Stage.Entering _,
              Stage.Holding _,
              Stage.Settling _,
              Stage.Committing _,
              Stage.Reopening _,
              Stage.Lifting _,
              Stage.Releasing _,
              Stage.Saving _,
              Stage.Opening _,
              Stage.Completing _,
              Stage.Inspecting _,
              Stage.Aborting _,
              Stage.Repaying _,
              Stage.Striking _,
              Stage.Ended _ ->
              throw new IllegalStateException("not a stage of draining: " + next);
        });
  }

  void unfence(boolean prepare) {
    turn.stage = new Stage.Unfencing(prepare);
    turn.ask(Work.UNFENCE_SOURCE);
  }

  /// The hold was given up, by this driver or by another party: follow on, and try again after the
  /// backoff. Where the source refuses gateways as well, its fence comes first, and writes wait.
  void reopened(String reason) {
    if (turn.partition.ownership() instanceof Ownership.Reopening) {
      lift(reason);
    } else if (!given(reason)) {
      unfence(turn.verification == null);
    }
  }

  /// Lifts the fence of a source that refuses everybody, for as long as it takes: nothing can be
  /// written there before, nor may it be given back as it is.
  void lift(String reason) {
    turn.stage = new Stage.Lifting(reason, Optional.empty());
    turn.ask(Work.UNFENCE_SOURCE);
  }

  /// Writes go to the source again, whose fence is lifted.
  void released(String reason) {
    if (!given(reason)) {
      begin(turn.verification == null ? new Stage.Preparing() : following());
    }
  }

  /// @return whether the move ends with this
  private boolean given(String reason) {
    Move move = turn.partition.move().orElseThrow();
    turn.listFleet(LeaseKind.LONG);
    if (turn.abortIfAsked()) {
      return true;
    }
    if (move.attempt() > move.budget().attemptsMax()) {
      turn.abortBecause(
          "no cutover succeeded in "
              + move.budget().attemptsMax()
              + " attempts; the last one: "
              + reason);
      return true;
    }
    return false;
  }

  private Following following() {
    Move move = turn.partition.move().orElseThrow();
    long backoffNanos =
        move.attempt() == 1 ? 0 : move.budget().backoffAfter(move.attempt() - 1).toNanos();
    long nowNanos = turn.now.nanos();
    return new Following(
        Optional.empty(), nowNanos, Long.MAX_VALUE, 0, true, nowNanos, nowNanos + backoffNanos);
  }

  void followed(Tail tail) {
    if (turn.pending != null || !(turn.stage instanceof Following s) || turn.abortIfAsked()) {
      return;
    }
    long nowNanos = turn.now.nanos();
    long predicted =
        Prediction.pauseNanos(
            tail,
            0,
            Prediction.faded(turn.fleet.nanos(), nowNanos - turn.fleet.doneAtNanos()),
            Prediction.faded(turn.storeWriteNanos, nowNanos - s.sinceNanos()));
    // Where nothing is left to bring over, more rounds shorten nothing.
    boolean shrinking =
        tail.appliedItems() > 0 && Prediction.stillShrinking(predicted, s.predictedNanos());
    Following next =
        new Following(
            Optional.of(tail),
            turn.now.nanos(),
            predicted,
            s.rounds() + 1,
            false,
            s.sinceNanos(),
            s.notBeforeNanos());
    turn.stage = next;
    if (s.rounds() + 1 < ROUNDS_MIN || shrinking) {
      nextRound(next);
    } else {
      proceed(next, tail);
    }
  }

  /// Enters the cutover if it fits, waits a little if only others are not ready, follows on
  /// otherwise.
  private void proceed(Following s, Tail tail) {
    Move move = turn.partition.move().orElseThrow();
    long budgetNanos = move.budget().pause().toNanos();
    boolean fits = s.predictedNanos() <= budgetNanos;
    boolean due = turn.now.nanos() - s.notBeforeNanos() >= 0;
    if (fits && due && turn.fleet.done() && turn.fleet.aware()) {
      turn.write(
          Transition.cutover(turn.partition, turn.stamp()),
          new Stage.Entering(s.predictedNanos(), turn.now.nanos()));
      return;
    }
    boolean impatient = turn.now.nanos() - s.sinceNanos() > move.budget().patience().toNanos();
    if (!fits && impatient) {
      turn.abortBecause(Prediction.misfit(tail, s.predictedNanos(), move.budget().pause()));
      return;
    }
    if (impatient && !turn.fleet.unaware().isEmpty()) {
      turn.abortBecause(unaware(turn.fleet));
      return;
    }
    if (fits || tail.appliedItems() == 0) {
      turn.wakeIn(FOLLOW_PAUSE);
    } else {
      nextRound(s);
    }
  }

  /// Why a move cannot go on while some gateways do not know its target.
  static String unaware(FleetWait fleet) {
    return "the configuration of gateway %s does not name home '%s': its clients would be refused there. Add the home to it and restart the gateway, or stop the gateway"
        .formatted(
            fleet.unaware().stream()
                .map(GatewayId::value)
                .sorted()
                .collect(Collectors.joining(", ")),
            fleet.target().map(HomeId::value).orElse(""));
  }

  private void nextRound(Following s) {
    turn.stage =
        new Following(
            s.tail(),
            s.roundEndedNanos(),
            s.predictedNanos(),
            s.rounds(),
            true,
            s.sinceNanos(),
            s.notBeforeNanos());
    turn.ask(Work.FOLLOW);
  }

  /// A wait has ended. What was followed before it is old by now, so it is followed once more.
  void timeCame() {
    if (turn.stage instanceof Stage.Lifting s && s.failure().isPresent()) {
      lift(s.reason());
    } else if (turn.pending == null
        && turn.stage instanceof Following s
        && !s.running()
        && !turn.abortIfAsked()) {
      long ageNanos = turn.now.nanos() - s.roundEndedNanos();
      if (ageNanos >= FOLLOW_PAUSE.toNanos() || (turn.fleet.done() && turn.fleet.aware())) {
        nextRound(s);
      } else {
        turn.effects.add(new WakeAt(s.roundEndedNanos() + FOLLOW_PAUSE.toNanos()));
      }
    }
  }

  void failed(Work work, String reason) {
    boolean mine =
        switch (work) {
          case RAISE_FENCE, PREPARE, COPY, VERIFY, FOLLOW, UNFENCE_SOURCE -> true;
          case FENCE_SOURCE, SETTLE, STRAYS, UNDO -> false;
        };
    if (!mine || turn.pending != null) {
      return;
    }
    if (turn.stage instanceof Stage.Lifting s) {
      turn.stage = new Stage.Lifting(s.reason(), Optional.of(reason));
      turn.wakeIn(LIFT_RETRY);
    } else if (turn.stage instanceof Stage.Fencing s && s.takenOver()) {
      turn.stage = new Stage.Looking();
      turn.abort = reason;
      turn.effects.add(new ReadRecord());
    } else if (turn.partition.moving()) {
      turn.abortBecause(reason);
    }
  }
}
