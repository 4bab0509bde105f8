package dev.drover.sim.explore;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEffect.ListFleet;
import dev.drover.core.driver.DriverEffect.ReadRecord;
import dev.drover.core.driver.DriverEffect.Write;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.LeaseKind;
import java.util.ArrayList;
import java.util.List;

/// What a controller may do next.
///
/// A driver carries out its effects in order, and takes no event while it waits for the store. What
/// nobody else could notice is done at once.
final class ControllerSteps {
  private final Machines machines;
  private final MoverSteps mover;

  ControllerSteps(Machines machines) {
    this.machines = machines;
    this.mover = new MoverSteps(machines, this);
  }

  void steps(State s, int c, Steps out) {
    ControllerState now = s.controllers[c];
    mover.stray(s, c, now, out);
    if (!now.alive) {
      return;
    }
    if (now.driver == ControllerState.NONE) {
      takeOver(s, c, out);
    } else {
      if (now.effects.isEmpty()) {
        mover.steps(s, c, now, out);
        events(s, c, now, out);
      } else {
        effect(s, c, now.effects.getFirst(), out);
      }
    }
    if (s.may(Mishap.CONTROLLER_CRASH)) {
      State next = changing(s, c).spend(Mishap.CONTROLLER_CRASH);
      ControllerState x = next.controllers[c];
      end(x);
      x.number(machines);
      x.alive = false;
      out.step(() -> "c" + c + " crashes", true, next);
    }
    if (machines.deviates(Deviation.ABORT_AFTER_COMMIT)
        && machines.record(s).ownership() instanceof Ownership.Opening o) {
      State next = s.copy();
      Partition p = machines.record(s);
      Ownership back = new Ownership.Active(o.from());
      Steps.write(
          machines,
          next,
          new Partition(p.id(), p.epoch() + 1, p.term(), back, p.owed(), p.changedAt()));
      out.step(() -> "somebody aborts", true, next);
    }
  }

  static State changing(State s, int c) {
    State next = s.copy();
    next.controllers[c] = s.controllers[c].copy();
    return next;
  }

  private void takeOver(State s, int c, Steps out) {
    Partition record = machines.record(s);
    if (!record.moving() && record.owed().isEmpty()) {
      return;
    }
    boolean driven = s.controllers[1 - c].drives();
    boolean mayNot =
        machines.deviates(Deviation.NOBODY_TAKES_OVER) || (driven && !s.may(Mishap.TAKEOVER));
    if (!mayNot) {
      State next = changing(s, c);
      if (driven) {
        next.spend(Mishap.TAKEOVER);
      }
      start(next, c);
      out.step(() -> "c" + c + " finds the record and wants to take over", driven, next);
    }
  }

  /// A new driver begins with the record as it is.
  void start(State next, int c) {
    next.controllers[c] = next.controllers[c].copy();
    Driver driver =
        Driver.of(Start.CONTROLLERS.get(c), machines.record(next), next.version, Machines.NOW);
    next.controllers[c].driver = machines.drivers.of(Timeless.of(driver));
    tell(next, c, new DriverEvent.Woken());
  }

  // --- what a driver waits for

  private void effect(State s, int c, DriverEffect effect, Steps out) {
    switch (effect) {
      case Write w -> write(s, c, w, out);
      case ReadRecord _ -> {
        State next = answered(s, c);
        tell(next, c, machines.read(s));
        out.step(() -> "c" + c + " reads the record", false, next);
      }
      case ListFleet list -> {
        State next = answered(s, c);
        Driver driver = machines.driver(s.controllers[c]);
        tell(next, c, machines.fleetListed(s, list.epoch(), passesBy(driver)));
        out.step(() -> "c" + c + " lists the gateways for " + list.epoch(), false, next);
      }
      case DriverEffect.Ask _,
          DriverEffect.StateWritten _,
          DriverEffect.CancelWork _,
          DriverEffect.Certify _,
          DriverEffect.WakeAt _,
          DriverEffect.End _ ->
          throw new IllegalStateException("not for the store: " + effect);
    }
  }

  private boolean passesBy(Driver driver) {
    return switch (driver.partition().ownership()) {
      case Ownership.Active _ -> false;
      case Ownership.Draining _ ->
          driver.fleet().kind() == LeaseKind.LONG
              && machines.deviates(Deviation.NO_CONFIRMATION_OF_DRAINING);
      case Ownership.Cutover _ -> machines.deviates(Deviation.NO_RECEIPT_WAITED_FOR);
      case Ownership.Reopening _ -> false;
      case Ownership.Opening _ -> machines.deviates(Deviation.NO_OPENING_WAIT);
    };
  }

  private State answered(State s, int c) {
    State next = changing(s, c);
    ControllerState x = next.controllers[c];
    x.effects = machines.rest(x.effects);
    return next;
  }

  /// One that cannot be done any more ends in [Prompt].
  private void write(State s, int c, Write w, Steps out) {
    State next = answered(s, c);
    Steps.write(machines, next, w.next());
    tell(next, c, new DriverEvent.Written(next.version));
    out.step(() -> "c" + c + " writes " + name(w.next()), false, next);
    if (s.may(Mishap.UNKNOWN)) {
      State done = answered(s, c).spend(Mishap.UNKNOWN);
      Steps.write(machines, done, w.next());
      tell(done, c, new DriverEvent.OutcomeUnknown());
      out.step(() -> "c" + c + " writes " + name(w.next()) + ", and gets no answer", true, done);
      State lost = answered(s, c).spend(Mishap.UNKNOWN);
      tell(lost, c, new DriverEvent.OutcomeUnknown());
      out.step(() -> "c" + c + "'s write of " + name(w.next()) + " is lost", true, lost);
    }
  }

  /// The compare-and-set that comes next is refused: the record is at another version.
  void conflicted(State next, int c) {
    ControllerState x = next.controllers[c];
    x.effects = machines.rest(x.effects);
    tell(next, c, new DriverEvent.Conflicted());
  }

  boolean refusesStray(State s, ControllerState x) {
    return mover.refusesCopy(s, x.strayTerm);
  }

  private static String name(Partition p) {
    String step = p.move().map(m -> " at " + m.step()).orElse("");
    return p.ownership().label() + " " + p.epoch() + " of term " + p.term() + step;
  }

  // --- what a driver is told

  private void events(State s, int c, ControllerState now, Steps out) {
    Driver driver = machines.driver(now);
    if (s.version > driver.version()) {
      State next = changing(s, c);
      tell(next, c, machines.recordSeen(s));
      if (next.controllers[c].driver != now.driver) {
        out.step(() -> "c" + c + " hears of " + name(machines.record(s)), false, next);
      }
    }
    if (driver.fleet().listed() && !driver.fleet().done()) {
      State next = changing(s, c);
      tell(next, c, machines.fleetSeen(s));
      if (next.controllers[c].driver != now.driver) {
        out.step(() -> "c" + c + " sees gateways or receipts", false, next);
      }
    }
    if (s.may(Mishap.ABORT) && driver.abort().isEmpty()) {
      State next = changing(s, c).spend(Mishap.ABORT);
      tell(next, c, new DriverEvent.AbortAsked("asked"));
      out.step(() -> "c" + c + " is asked to abort", true, next);
    }
    boolean holds =
        driver.stage() instanceof Stage.Holding || driver.stage() instanceof Stage.Settling;
    if (s.may(Mishap.OVERTIME) && holds) {
      State next = changing(s, c).spend(Mishap.OVERTIME);
      tell(next, c, new DriverEvent.TimeCame(), true);
      out.step(() -> "c" + c + "'s hold outlasts its budget", true, next);
    }
  }

  void tell(State next, int c, DriverEvent event) {
    tell(next, c, event, false);
  }

  private void tell(State next, int c, DriverEvent event, boolean late) {
    decide(next.controllers[c], event, late);
    settle(next.controllers[c]);
    next.controllers[c].number(machines);
  }

  private void decide(ControllerState x, DriverEvent event, boolean late) {
    Machines.Decided decided = machines.decide(x.driver, event, late);
    x.driver = decided.driver();
    x.effects = machines.both(x.effects, decided.effects());
  }

  /// Does at once what nobody else could notice.
  private void settle(ControllerState x) {
    while (x.driver != ControllerState.NONE) {
      if (!x.effects.isEmpty()) {
        DriverEffect effect = x.effects.getFirst();
        if (effect instanceof Write
            || effect instanceof ReadRecord
            || effect instanceof ListFleet) {
          return;
        }
        x.effects = machines.rest(x.effects);
        carryOut(x, effect);
      } else if (!x.jobs.isEmpty() && mover.unnoticed(x, x.jobs.getFirst().work())) {
        DriverEffect.Ask job = x.jobs.getFirst();
        x.jobs = List.copyOf(x.jobs.subList(1, x.jobs.size()));
        decide(x, MoverSteps.answer(job.work()), false);
      } else {
        return;
      }
    }
  }

  private void carryOut(ControllerState x, DriverEffect effect) {
    switch (effect) {
      case DriverEffect.Ask ask -> {
        List<DriverEffect.Ask> jobs = new ArrayList<>(x.jobs);
        jobs.add(ask);
        x.jobs = List.copyOf(jobs);
        x.jobsTerm = (int) machines.driver(x).partition().term();
      }
      case DriverEffect.CancelWork _ -> x.giveUp();
      case DriverEffect.StateWritten _ ->
          throw new IllegalStateException("no engine with steps is explored");
      case DriverEffect.Certify _ -> decide(x, new DriverEvent.Certified(), false);
      case DriverEffect.WakeAt _ -> {}
      case DriverEffect.End _ -> end(x);
      case Write _, ReadRecord _, ListFleet _ ->
          throw new IllegalStateException("for the store: " + effect);
    }
  }

  private void end(ControllerState x) {
    if (x.driver != ControllerState.NONE) {
      x.giveUp();
      x.driver = ControllerState.NONE;
      x.effects = List.of();
    }
  }
}
