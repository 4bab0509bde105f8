package dev.drover.core.driver;

import dev.drover.core.Certificate;
import dev.drover.core.GatewayId;
import dev.drover.core.Move;
import dev.drover.core.Ownership;
import dev.drover.core.Proof;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.driver.DriverEffect.CancelWork;
import dev.drover.core.driver.DriverEffect.Certify;
import dev.drover.core.driver.DriverEffect.WakeAt;
import dev.drover.core.driver.Stage.Committing;
import dev.drover.core.driver.Stage.Hold;
import dev.drover.core.driver.Stage.Holding;
import dev.drover.core.driver.Stage.Opening;
import dev.drover.core.driver.Stage.Settling;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import java.util.List;
import java.util.Optional;

/// The part of a driver that works while writes are held: from Cutover over the commit to Active at
/// the new home.
final class HoldTurn {
  private final DriverTurn turn;

  HoldTurn(DriverTurn turn) {
    this.turn = turn;
  }

  void entered(Stage.Entering s) {
    Move move = turn.partition.move().orElseThrow();
    long since = s.writtenAtNanos();
    // The barrier counts from now, when the record surely says Cutover; the budget from when it was
    // asked to.
    long earliest = turn.now.nanos() + barrierNanos();
    long deadline = since + move.holdMax().toNanos();
    // What gateways have sent must not be refused by a fence that refuses everybody.
    boolean fencing = move.plan().sourceFence() == SourceFence.OUTSIDERS;
    turn.stage =
        new Holding(
            new Hold(since, deadline, earliest, s.predictedNanos()), fencing, Optional.empty());
    if (fencing) {
      turn.ask(Work.FENCE_SOURCE);
    }
    turn.listFleet(LeaseKind.SHORT);
    turn.effects.add(new WakeAt(deadline));
    wakeOnceTimeIsUp(earliest);
  }

  private void wakeOnceTimeIsUp(long earliest) {
    if (earliest - turn.now.nanos() > 0) {
      turn.effects.add(new WakeAt(earliest));
    }
  }

  private long barrierNanos() {
    return turn.partition.move().orElseThrow().barrier().hold().toNanos();
  }

  void sourceFenced(boolean fenced) {
    if (turn.pending == null && turn.stage instanceof Holding s) {
      turn.stage = new Holding(s.hold(), true, Optional.of(fenced));
      settleIfReady();
    }
  }

  void fleetDone() {
    settleIfReady();
    completeIfReady();
  }

  /// A gateway that has come since does not know the target: its clients would be refused there.
  /// The commit is a compare-and-set that is not sent while that is so.
  ///
  /// @return whether it did
  boolean reopenIfUnaware() {
    boolean held = turn.stage instanceof Holding || turn.stage instanceof Settling;
    if (!held || turn.fleet.unaware().isEmpty()) {
      return false;
    }
    reopen(DrainTurn.unaware(turn.fleet));
    return true;
  }

  private void settleIfReady() {
    if (!(turn.stage instanceof Holding s) || turn.abortIfAsked()) {
      return;
    }
    boolean ready = turn.now.nanos() - s.hold().earliestNanos() >= 0 && turn.fleet.done();
    if (ready && s.fenced().isPresent()) {
      turn.stage = new Settling(s.hold(), s.fenced().get());
      turn.ask(Work.SETTLE);
    } else if (ready && !s.fencing()) {
      turn.stage = new Holding(s.hold(), true, Optional.empty());
      turn.ask(Work.FENCE_SOURCE);
    }
  }

  void settleEnded(Settlement settlement) {
    if (turn.pending != null || !(turn.stage instanceof Settling s) || turn.abortIfAsked()) {
      return;
    }
    switch (settlement) {
      case Settlement.Unsettled not -> reopen(not.reason());
      case Settlement.Settled settled -> {
        if (late(s.hold())) {
          reopen(missed(s.hold(), "after the last tail"));
        } else {
          commit(s, settled);
        }
      }
    }
  }

  private void commit(Settling s, Settlement.Settled settled) {
    Verification verification = turn.verification;
    if (verification == null) {
      throw new IllegalStateException("a commit without a verification");
    }
    Proof proof =
        new Proof(
            turn.fleet.settled(),
            settled,
            verification,
            s.fenced(),
            s.hold().predictedNanos(),
            turn.now.nanos() - s.hold().sinceNanos());
    turn.write(
        Transition.commit(turn.partition, proof, turn.stamp()),
        new Committing(s.hold(), s.fenced(), settled));
  }

  /// While a compare-and-set of a hold waits for the store: past the deadline the hold is given up
  /// instead. Both are compare-and-sets against the same version, so only one can be done.
  boolean pastDeadlineWhileSending() {
    Optional<Hold> hold = sending(turn.stage);
    if (hold.filter(this::late).isEmpty()) {
      return false;
    }
    turn.pending = null;
    reopen(missed(hold.get(), "while the store was away"));
    return true;
  }

  /// The hold in which a stage waits for a compare-and-set.
  private static Optional<Hold> sending(Stage stage) {
    if (stage instanceof Committing s) {
      return Optional.of(s.hold());
    }
    if (stage instanceof Stage.Saving(Holding s)) {
      return Optional.of(s.hold());
    }
    return stage instanceof Stage.Saving(Settling s) ? Optional.of(s.hold()) : Optional.empty();
  }

  void committed(Committing s) {
    opening(s.hold().sinceNanos());
  }

  /// Past the commit point: every gateway has to confirm the new home. Whoever gives no receipts
  /// has as long as before to learn of it, also when the driver has changed: else it would read at
  /// the old home what others have already overwritten at the new one.
  void opening(long heldSinceNanos) {
    long earliest = turn.now.nanos() + barrierNanos();
    turn.stage = new Opening(heldSinceNanos, earliest, false);
    turn.listFleet(LeaseKind.SHORT);
    wakeOnceTimeIsUp(earliest);
    turn.effects.add(new Certify(certificate()));
  }

  void certified() {
    if (turn.stage instanceof Opening s) {
      turn.stage = new Opening(s.heldSinceNanos(), s.earliestNanos(), true);
      completeIfReady();
    }
  }

  private void completeIfReady() {
    if (turn.stage instanceof Opening s
        && s.certified()
        && turn.now.nanos() - s.earliestNanos() >= 0
        && turn.fleet.done()
        && turn.pending == null) {
      turn.write(
          Transition.complete(turn.partition, turn.stamp()),
          new Stage.Completing(s.heldSinceNanos(), certificate()));
    }
  }

  /// What the record of the opening proves.
  private Certificate certificate() {
    if (!(turn.partition.ownership() instanceof Ownership.Opening o)) {
      throw new IllegalStateException("no certificate before the commit");
    }
    return Certificate.of(turn.partition, o);
  }

  void completed(Stage.Completing s) {
    Certificate certificate =
        s.certificate().opened(turn.fleet.settled(), turn.now.nanos() - s.heldSinceNanos());
    turn.stage = new Stage.Inspecting(certificate);
    turn.ask(Work.STRAYS);
  }

  void straysSeen(List<String> names) {
    if (turn.stage instanceof Stage.Inspecting s) {
      Certificate last = s.certificate().strayedBy(names);
      turn.effects.add(new Certify(last));
      turn.debts.next(new Outcome.Completed(last));
    }
  }

  /// Whoever is woken has used its wake-up, so the deadline is asked for again.
  void timeCame() {
    if (turn.stage instanceof Holding s) {
      if (late(s.hold())) {
        reopen(missed(s.hold(), "waiting for " + waitingFor(s)));
        return;
      }
      turn.effects.add(new WakeAt(s.hold().deadlineNanos()));
      wakeOnceTimeIsUp(s.hold().earliestNanos());
      settleIfReady();
    } else if (turn.stage instanceof Settling s) {
      if (late(s.hold())) {
        reopen(missed(s.hold(), "in the last tail"));
        return;
      }
      turn.effects.add(new WakeAt(s.hold().deadlineNanos()));
    } else if (turn.stage instanceof Opening s) {
      wakeOnceTimeIsUp(s.earliestNanos());
      completeIfReady();
    }
  }

  private String waitingFor(Holding s) {
    if (!turn.fleet.listed()) {
      return "the store to list the gateways";
    }
    if (!turn.fleet.done()) {
      GatewayId first = turn.fleet.awaited().keySet().stream().sorted().findFirst().orElseThrow();
      return "the receipt of gateway "
          + first
          + turn.fleet.requests(first, turn.partition.id()).stream()
              .findFirst()
              .map(request -> ", which waits for " + request.words())
              .orElse("");
    }
    return s.fenced().isEmpty() ? "the source's fence" : "the barrier";
  }

  void failed(Work work, String reason) {
    boolean holding = turn.stage instanceof Holding && work == Work.FENCE_SOURCE;
    boolean settling = turn.stage instanceof Settling && work == Work.SETTLE;
    if (turn.pending == null && (holding || settling)) {
      reopen(reason);
    } else if (turn.stage instanceof Stage.Inspecting && work == Work.STRAYS) {
      straysSeen(List.of("(could not look for strays: " + reason + ")"));
    }
  }

  private void reopen(String reason) {
    if (!turn.abortIfAsked()) {
      turn.effects.add(new CancelWork());
      turn.write(Transition.reopen(turn.partition, turn.stamp()), new Stage.Reopening(reason));
    }
  }

  private boolean late(Hold hold) {
    return turn.now.nanos() - hold.deadlineNanos() >= 0;
  }

  private String missed(Hold hold, String where) {
    return "the hold ended after "
        + (turn.now.nanos() - hold.sinceNanos()) / 1_000_000
        + " ms, "
        + where;
  }
}
