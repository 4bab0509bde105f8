package dev.drover.sim.explore;

import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetWait;

/// Takes at once the steps that could as well be taken at any later time: nobody else notices them,
/// nothing that others do makes them impossible or changes what comes of them, and they make
/// nothing impossible themselves. So what can be reached without taking them at once can be reached
/// all the same, and states that differ only in whether they were taken are one state.
///
/// - A guard that does not stand never will again: what hangs on it will not be answered, and is
///   made again.
/// - A gateway that holds writes and has none out gives its receipt.
/// - A receipt under a lease that the store does not have any more is refused.
/// - A compare-and-set against a version that has gone by ends in a conflict.
/// - A driver takes in one of several receipts: what has settled a gateway stays so.
/// - A copy that nobody waits for, and that the fence refuses, never arrives.
final class Prompt {
  private final Machines machines;
  private final ControllerSteps controllers;
  private final GatewaySteps gateways;
  private final boolean guardsMatter;

  Prompt(Machines machines, ControllerSteps controllers, GatewaySteps gateways) {
    this.machines = machines;
    this.controllers = controllers;
    this.gateways = gateways;
    this.guardsMatter =
        !machines.deviates(Deviation.ANSWER_WITHOUT_THE_GUARD)
            && !machines.deviates(Deviation.BROKEN_GUARD_COMES_BACK)
            && !machines.deviates(Deviation.UNKNOWN_TAKEN_FOR_FAILURE);
  }

  /// @param s a state that nobody has seen yet
  void take(State s) {
    if (s.wrong != null) {
      return;
    }
    for (int g = 0; g < s.gateways.length; g++) {
      gateway(s, g);
    }
    for (int c = 0; c < s.controllers.length; c++) {
      controller(s, c);
    }
  }

  private void gateway(State s, int g) {
    if (guardsMatter && hasBroken(s.gateways[g])) {
      own(s, g);
      breakGuards(s.gateways[g]);
    }
    while (s.gateways[g].sentEpoch >= 0 && s.gateways[g].storeShort != s.gateways[g].sentLease) {
      own(s, g);
      gateways.receiptArrives(s, g);
    }
    if (gateways.quiet(s, s.gateways[g])) {
      own(s, g);
      gateways.isQuiet(s, g);
    }
  }

  private static void own(State s, int g) {
    s.gateways[g] = s.gateways[g].copy();
  }

  private static boolean hasBroken(GatewayState x) {
    for (GuardValue guard : x.guards) {
      if (!guard.equals(GuardValue.DEAD) && !guard.stands(x)) {
        return true;
      }
    }
    return false;
  }

  private static void breakGuards(GatewayState x) {
    giveUp(x, x.writes);
    giveUp(x, x.reads);
    if (!x.guards[x.current()].stands(x)) {
      x.guards[x.current()] = GuardValue.DEAD;
    }
    x.forget();
  }

  private static void giveUp(GatewayState x, Op[] ops) {
    for (int i = 0; i < ops.length; i++) {
      if (ops[i].guard() >= 0 && !x.guards[ops[i].guard()].stands(x)) {
        ops[i] = Op.NEW;
      }
    }
  }

  private void controller(State s, int c) {
    ControllerState now = s.controllers[c];
    if (now.stray != ControllerState.NONE && controllers.refusesStray(s, now)) {
      s.controllers[c] = now.copy();
      s.controllers[c].noStray();
      now = s.controllers[c];
    }
    if (!now.drives()) {
      return;
    }
    if (!now.effects.isEmpty()) {
      if (now.effects.getFirst() instanceof DriverEffect.Write w
          && w.expectedVersion() != s.version
          && !machines.writesAnyway(now)) {
        s.controllers[c] = now.copy();
        controllers.conflicted(s, c);
      }
      return;
    }
    Driver driver = machines.driver(now);
    FleetWait wait = driver.fleet();
    if (wait.listed() && !wait.done()) {
      FleetView view = machines.fleet(s);
      FleetWait seen = wait.seen(view, 0);
      if (!seen.done() && !seen.awaited().equals(wait.awaited())) {
        s.controllers[c] = now.copy();
        controllers.tell(s, c, machines.fleetSeen(s));
      }
    }
  }
}
