package dev.drover.core.driver;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Moment;
import dev.drover.core.Ownership.Active;
import dev.drover.core.Ownership.Cutover;
import dev.drover.core.Ownership.Draining;
import dev.drover.core.Ownership.Opening;
import dev.drover.core.Ownership.Reopening;
import dev.drover.core.Partition;
import dev.drover.core.SourceFence;
import dev.drover.core.Step;
import dev.drover.core.Transition;
import dev.drover.core.driver.Driver.Decision;
import dev.drover.core.driver.Driver.Pending;
import dev.drover.core.driver.Driver.PendingState;
import dev.drover.core.driver.DriverEffect.Ask;
import dev.drover.core.driver.DriverEffect.CancelWork;
import dev.drover.core.driver.DriverEffect.ListFleet;
import dev.drover.core.driver.DriverEffect.ReadRecord;
import dev.drover.core.driver.DriverEffect.WakeAt;
import dev.drover.core.driver.DriverEffect.Write;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One event's worth of a [Driver]: a working copy, which ends in a [Decision]. Here is what all
/// stages share: the record and its compare-and-sets. What is particular to a move stands in
/// [DrainTurn], [HoldTurn] and [DebtTurn].
final class DriverTurn {
  static final Duration STORE_RETRY = Duration.ofMillis(100);

  final Driver before;
  final Moment now;
  final List<DriverEffect> effects = new ArrayList<>();
  final DrainTurn drain = new DrainTurn(this);
  final HoldTurn hold = new HoldTurn(this);
  final DebtTurn debts = new DebtTurn(this);
  Partition partition;
  long version;
  Hlc clock;
  FleetWait fleet;
  @Nullable Verification verification;
  @Nullable Pending pending;
  @Nullable String abort;
  long storeWriteNanos;
  Stage stage;

  DriverTurn(Driver driver, Moment now) {
    this.before = driver;
    this.now = now;
    partition = driver.partition();
    version = driver.version();
    clock = driver.clock();
    fleet = driver.fleet();
    verification = driver.verification().orElse(null);
    pending = driver.pending().orElse(null);
    abort = driver.abort().orElse(null);
    storeWriteNanos = driver.storeWriteNanos();
    stage = driver.stage();
  }

  Decision take(DriverEvent event) {
    if (!(stage instanceof Stage.Ended)) {
      on(event);
    }
    Driver next =
        new Driver(
            before.self(),
            new Driver.Known(partition, version, clock, before.known().gatewaysNote()),
            fleet,
            Optional.ofNullable(verification),
            Optional.ofNullable(pending),
            Optional.ofNullable(abort),
            storeWriteNanos,
            stage);
    return new Decision(next, effects);
  }

  private void on(DriverEvent event) {
    switch (event) {
      case DriverEvent.Woken woken -> woken();
      case DriverEvent.Written done -> written(done.version());
      case DriverEvent.Conflicted conflict -> findOut();
      case DriverEvent.OutcomeUnknown unknown -> findOut();
      case DriverEvent.StoreAway away -> storeAway();
      case DriverEvent.Read read -> read(read.partition(), read.version());
      case DriverEvent.RecordSeen seen -> recordSeen(seen.partition(), seen.version());
      case DriverEvent.Unreadable bad -> end(new Outcome.Overtaken(bad.reason()));
      case DriverEvent.FleetListed listed -> {
        if (listed.epoch() == fleet.epoch()) {
          fleetIs(fleet.listed(listed.view(), now.nanos()));
        }
      }
      case DriverEvent.FleetSeen seen -> fleetIs(fleet.seen(seen.view(), now.nanos()));
      case DriverEvent.Certified certified -> hold.certified();
      case DriverEvent.AbortAsked asked -> abortAsked(asked.reason());
      case DriverEvent.TimeCame came -> timeCame();
      case DriverEvent.Done done -> drain.done(done.work());
      case DriverEvent.Undone done -> debts.done(done.strays());
      case DriverEvent.Verified done -> drain.verified(done.verification());
      case DriverEvent.Followed done -> drain.followed(done.tail());
      case DriverEvent.SourceFenced done -> hold.sourceFenced(done.fenced());
      case DriverEvent.SettleEnded done -> hold.settleEnded(done.settlement());
      case DriverEvent.StraysSeen seen -> hold.straysSeen(seen.names());
      case DriverEvent.StateReached reached -> stateReached(reached);
      case DriverEvent.Failed failed -> failed(failed);
    }
  }

  private void woken() {
    // With anything done already, what is at the homes may be under way or fenced: as with
    // another's.
    boolean begunByMe =
        partition
            .move()
            .filter(move -> move.driver().equals(before.self()))
            .filter(move -> move.step() == Step.PREPARE && move.attempt() == 1)
            .isPresent();
    if (begunByMe && partition.ownership() instanceof Draining) {
      listFleet(LeaseKind.LONG);
      fence(false);
    } else {
      write(Transition.takeOver(partition, before.self()), new Stage.Claiming());
    }
  }

  private void fence(boolean takenOver) {
    stage = new Stage.Fencing(takenOver);
    ask(Work.RAISE_FENCE);
  }

  // --- the record

  /// Sends a compare-and-set; its answer is for `waiting`.
  void write(Transition transition, Stage waiting) {
    switch (transition) {
      case Transition.Granted granted -> {
        stage = waiting;
        clock = granted.next().changedAt();
        pending = new Pending(granted.next(), PendingState.SENT, now.nanos());
        effects.add(new Write(granted.next(), version));
      }
      case Transition.Refused refused -> end(new Outcome.Overtaken(refused.why().message()));
    }
  }

  private void written(long newVersion) {
    if (pending != null) {
      storeWriteNanos = Math.max(now.nanos() - pending.sentAtNanos(), storeWriteNanos / 2);
      partition = pending.next();
      version = newVersion;
      pending = null;
      arrived();
    }
  }

  /// The compare-and-set that the stage waited for was done.
  private void arrived() {
    switch (stage) {
      case Stage.Claiming _ -> {
        if (partition.moving()) {
          fence(true);
        } else {
          debts.next(new Outcome.DebtsPaid());
        }
      }
      case Stage.Noting s -> drain.noted(s.next());
      case Stage.Entering s -> hold.entered(s);
      case Stage.Committing s -> hold.committed(s);
      case Stage.Reopening s -> drain.reopened(s.reason());
      case Stage.Releasing s -> drain.released(s.reason());
      case Stage.Saving s -> stateWritten(s.during());
      case Stage.Completing s -> hold.completed(s);
      case Stage.Aborting s -> debts.next(new Outcome.Aborted(s.reason()));
      case Stage.Striking s -> debts.next(s.outcome());
      case Stage.Fencing _,
          Stage.Looking _,
          Stage.Unfencing _,
          Stage.Lifting _,
          Stage.Preparing _,
          Stage.Copying _,
          Stage.Copied _,
          Stage.Verifying _,
          Stage.Following _,
          Stage.Holding _,
          Stage.Settling _,
          Stage.Opening _,
          Stage.Inspecting _,
          Stage.Repaying _,
          Stage.Ended _ ->
          throw new IllegalStateException("a write was answered in " + stage);
    }
  }

  // --- the engine's state

  /// The mover waits, so nothing else comes of what it is at. What is told after the move has ended
  /// is of work that was cancelled then; the mover is at something else by now.
  private void stateReached(DriverEvent.StateReached reached) {
    boolean moves =
        partition.ownership() instanceof Draining || partition.ownership() instanceof Cutover;
    if (moves && pending == null && !abortIfAsked()) {
      write(
          Transition.engineAt(partition, reached.state(), reached.owedOnAbort()),
          new Stage.Saving(stage));
    }
  }

  /// What has come meanwhile was put off.
  private void stateWritten(Stage during) {
    stage = during;
    if (abortIfAsked() || hold.reopenIfUnaware()) {
      return;
    }
    effects.add(new DriverEffect.StateWritten(partition.move().orElseThrow().state()));
    drain.fleetDone();
    hold.timeCame();
    hold.fleetDone();
  }

  private void findOut() {
    if (pending != null) {
      pending = new Pending(pending.next(), PendingState.READING, pending.sentAtNanos());
      effects.add(new ReadRecord());
    }
  }

  private void storeAway() {
    if (pending != null) {
      boolean reading =
          pending.state() == PendingState.READING
              || pending.state() == PendingState.WAITING_TO_READ;
      PendingState state = reading ? PendingState.WAITING_TO_READ : PendingState.WAITING_TO_SEND;
      pending = new Pending(pending.next(), state, pending.sentAtNanos());
    }
    wakeIn(STORE_RETRY);
  }

  private void read(Partition found, long foundVersion) {
    if (pending != null) {
      if (found.equals(pending.next()) && tellsWhoWroteIt(found)) {
        written(foundVersion);
      } else if (foundVersion == version) {
        sendAgain();
      } else {
        pending = null;
        if (stage instanceof Stage.Saving) {
          effects.add(new CancelWork());
        }
        adopt(found, foundVersion);
      }
    } else if (stage instanceof Stage.Looking) {
      adopt(found, foundVersion);
    }
  }

  /// The claim of a debt names no driver, so another's looks the same: it counts as lost, and is
  /// made again with the next term.
  private boolean tellsWhoWroteIt(Partition found) {
    return found.moving() || !(stage instanceof Stage.Claiming);
  }

  /// What this driver has written itself it knows already; and while a compare-and-set has no
  /// answer, that will tell.
  private void recordSeen(Partition found, long foundVersion) {
    if (pending != null || foundVersion <= version) {
      return;
    }
    switch (stage) {
      // Whoever has just claimed or fenced reads the record before anything else.
      case Stage.Claiming _, Stage.Looking _, Stage.Ended _ -> {}
      case Stage.Fencing s when s.takenOver() -> {}
      // The move is complete; what becomes of the partition now is another's.
      case Stage.Inspecting _ -> {}
      case Stage.Fencing _,
          Stage.Unfencing _,
          Stage.Preparing _,
          Stage.Copying _,
          Stage.Copied _,
          Stage.Verifying _,
          Stage.Noting _,
          Stage.Following _,
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
          Stage.Aborting _,
          Stage.Repaying _,
          Stage.Striking _ -> {
        effects.add(new CancelWork());
        adopt(found, foundVersion);
      }
    }
  }

  private void sendAgain() {
    Pending again = pending;
    if (again != null) {
      pending = new Pending(again.next(), PendingState.SENT, now.nanos());
      effects.add(new Write(again.next(), version));
    }
  }

  /// The record is not what this driver last wrote: somebody else changed it, or it has just been
  /// looked at after a takeover.
  private void adopt(Partition found, long foundVersion) {
    boolean looking = stage instanceof Stage.Looking;
    // Whoever has lost its claim has no term yet; what it finds is another's, even debts under the
    // term that it has seen. Its controller looks at the record again.
    boolean claiming = stage instanceof Stage.Claiming;
    boolean mine =
        !claiming
            && found.term() == partition.term()
            && found.move().map(m -> m.driver().equals(before.self())).orElse(true);
    partition = found;
    version = foundVersion;
    if (!mine) {
      end(
          new Outcome.Overtaken(
              claiming
                  ? "the claim of partition '" + found.id() + "' has lost to another change"
                  : "another driver works on partition '"
                      + found.id()
                      + "' under term "
                      + found.term()));
      return;
    }
    switch (found.ownership()) {
      case Active a when found.owed().isEmpty() ->
          end(new Outcome.Overtaken("the move has ended without this driver"));
      case Active a -> debts.next(new Outcome.Aborted("the move was aborted"));
      case Draining d when looking -> {
        listFleet(LeaseKind.LONG);
        drain.unfence(true);
      }
      case Draining d -> drain.reopened("the hold outlasted its budget and was ended by a gateway");
      case Reopening r -> drain.lift("the hold was given up by another party");
      case Cutover c ->
          write(
              Transition.reopen(found, stamp()),
              new Stage.Reopening("its driver has changed in the hold"));
      case Opening o -> hold.opening(now.nanos());
    }
  }

  private void timeCame() {
    if (pending != null && pending.state() == PendingState.WAITING_TO_SEND) {
      if (!hold.pastDeadlineWhileSending()) {
        sendAgain();
      }
    } else if (pending != null && pending.state() == PendingState.WAITING_TO_READ) {
      pending = new Pending(pending.next(), PendingState.READING, pending.sentAtNanos());
      effects.add(new ReadRecord());
    } else if (stage instanceof Stage.Looking) {
      effects.add(new ReadRecord());
    } else if (pending == null) {
      drain.timeCame();
      hold.timeCame();
      debts.timeCame();
    }
  }

  // --- the fleet

  /// Waits for the receipts of the current epoch.
  void listFleet(LeaseKind kind) {
    fleet = FleetWait.asked(partition.epoch(), kind, target(), now.nanos());
    effects.add(new ListFleet(partition.epoch()));
  }

  /// The home that every gateway has to know before the move commits.
  private Optional<HomeId> target() {
    return switch (partition.ownership()) {
      case Draining d -> Optional.of(d.to().home());
      case Cutover c -> Optional.of(c.to().home());
      case Reopening r -> Optional.of(r.to().home());
      case Opening _, Active _ -> Optional.empty();
    };
  }

  private void fleetIs(FleetWait seen) {
    boolean wasReady = fleet.done() && fleet.aware();
    fleet = seen;
    if (pending != null || hold.reopenIfUnaware()) {
      return;
    }
    drain.fleetDone();
    if (!wasReady && fleet.done() && fleet.aware()) {
      drain.timeCame();
      hold.fleetDone();
    }
  }

  // --- giving up

  private void abortAsked(String reason) {
    if (abort == null) {
      abort = reason;
    }
    abortIfAsked();
  }

  /// Aborts if that was asked for and may be done now; says whether it did.
  boolean abortIfAsked() {
    if (abort == null
        || pending != null
        || !partition.moving()
        || partition.ownership() instanceof Opening
        || partition.ownership() instanceof Reopening) {
      return false;
    }
    if (stage instanceof Stage.Claiming || stage instanceof Stage.Looking) {
      return false;
    }
    abortBecause(abort);
    return true;
  }

  /// Where the source refuses gateways as well, its fence is lifted first.
  void abortBecause(String reason) {
    effects.add(new CancelWork());
    if (partition.ownership() instanceof Cutover c
        && c.move().plan().sourceFence() == SourceFence.EVERYONE) {
      abort = reason;
      write(Transition.reopen(partition, stamp()), new Stage.Reopening(reason));
      return;
    }
    write(Transition.abort(partition, stamp()), new Stage.Aborting(reason));
  }

  private void failed(DriverEvent.Failed failed) {
    switch (failed.cause()) {
      case CANCELLED -> {}
      case FENCED -> end(new Outcome.Overtaken(failed.reason()));
      case UNREACHABLE, REFUSED -> {
        if (failed.work() == Work.UNDO) {
          debts.failed(failed.reason());
        } else {
          drain.failed(failed.work(), failed.reason());
          hold.failed(failed.work(), failed.reason());
        }
      }
    }
  }

  void end(Outcome outcome) {
    stage = new Stage.Ended(outcome);
    pending = null;
    effects.add(new DriverEffect.End(outcome));
  }

  // --- small things

  void ask(Work work) {
    effects.add(new Ask(work));
  }

  void wakeIn(Duration wait) {
    effects.add(new WakeAt(now.nanos() + wait.toNanos()));
  }

  Hlc stamp() {
    clock = clock.next(now.wallMillis());
    return clock;
  }
}
