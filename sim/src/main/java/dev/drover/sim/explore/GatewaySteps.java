package dev.drover.sim.explore;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.View;
import dev.drover.core.fleet.View.ReceiptState;
import dev.drover.sim.explore.GatewayState.Phase;
import java.time.Duration;

/// What a gateway may do next, and what may happen to its leases.
final class GatewaySteps {
  private final Machines machines;

  GatewaySteps(Machines machines) {
    this.machines = machines;
  }

  void steps(State s, int g, Steps out) {
    GatewayState now = s.gateways[g];
    leases(s, g, now, out);
    if (!now.alive()) {
      return;
    }
    joining(s, g, now, out);
    boolean watches = now.phase == Phase.SERVING || now.phase == Phase.LEASING;
    if (watches && now.viewEpoch < s.epoch()) {
      State next = s.changing(now);
      int epoch = now.viewEpoch + 1;
      Partition record = machines.partitions.at(s.recordAt(epoch));
      tell(next, g, new View.Event.Seen(record, version(s, epoch)), false);
      out.step("g" + g + " sees " + record.ownership().label() + " " + epoch, false, next);
    }
    receipts(s, g, now, out);
    if (s.may(Mishap.OVERTIME) && machines.seen(s, now).ownership() instanceof Ownership.Cutover) {
      State next = s.changing(now).spend(Mishap.OVERTIME);
      tell(next, g, new View.Event.TimeCame(), true);
      out.step("g" + g + " has seen Cutover for too long and reopens", true, next);
    }
    if (s.may(Mishap.GATEWAY_CRASH)) {
      crash(s, g, now, out);
    }
  }

  private static void crash(State s, int g, GatewayState now, Steps out) {
    State next = s.changing(now).spend(Mishap.GATEWAY_CRASH);
    GatewayState x = next.gateways[g];
    Op[] writes = x.writes.clone();
    for (int i = 0; i < writes.length; i++) {
      writes[i] = writes[i].orphaned();
    }
    GatewayState crashed = new GatewayState(writes, x.reads.length);
    crashed.storeLong = x.storeLong;
    crashed.storeShort = x.storeShort;
    crashed.givenEpoch = x.givenEpoch;
    crashed.givenLease = x.givenLease;
    next.gateways[g] = crashed;
    out.step("g" + g + " crashes", true, next);
  }

  // --- leases

  private static void leases(State s, int g, GatewayState now, Steps out) {
    boolean counts = now.shortStands || now.shortPending != 0;
    if (now.alive() && counts && s.may(Mishap.EXPIRY)) {
      State next = s.changing(now).spend(Mishap.EXPIRY);
      GatewayState x = next.gateways[g];
      x.shortStands = x.shortPending != 0 && x.shortStands;
      x.shortPending = 0;
      x.phase = Phase.LEASING;
      out.step("g" + g + "'s short lease ends in its own view", true, next);
    }
    if (now.alive() && !counts && (now.longStands || now.longPending != 0)) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      x.longStands = x.longPending != 0 && x.longStands;
      x.longPending = 0;
      out.step("g" + g + "'s long lease ends in its own view", true, next);
    }
    if (now.storeShort != 0 && !now.countsOn(false, now.storeShort)) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      if (x.givenLease == x.storeShort) {
        x.givenEpoch = -1;
        x.givenLease = 0;
      }
      x.storeShort = 0;
      out.step("g" + g + "'s short lease ends at the store", false, next);
    }
    if (now.storeLong != 0 && !now.countsOn(true, now.storeLong)) {
      State next = s.changing(now);
      next.gateways[g].storeLong = 0;
      out.step("g" + g + "'s long lease ends at the store", false, next);
    }
  }

  // --- joining again

  private void joining(State s, int g, GatewayState now, Steps out) {
    boolean early = machines.deviates(Deviation.READS_ROUTES_BEFORE_IT_REGISTERS);
    switch (now.phase) {
      case LEASING -> {
        State next = s.changing(now);
        GatewayState x = next.gateways[g];
        if (early) {
          x.earlyEpoch = s.epoch();
          x.phase = Phase.REGISTERING;
          out.step("g" + g + " reads the records, before it registers", false, next);
        } else {
          register(x);
          x.phase = Phase.READING;
          out.step("g" + g + " takes leases and registers", false, next);
        }
      }
      case READING -> {
        State next = s.changing(now);
        read(next, g, s.epoch());
        out.step("g" + g + " reads the records and serves", false, next);
      }
      case REGISTERING -> {
        State next = s.changing(now);
        register(next.gateways[g]);
        read(next, g, now.earlyEpoch);
        out.step("g" + g + " registers and serves", false, next);
      }
      case SERVING, CRASHED -> {}
    }
  }

  private static void register(GatewayState x) {
    // What is replaced has ended.
    if (!x.longStands && x.longPending == 0) {
      x.longPending = Math.max(x.longSession, x.storeLong) + 1;
      x.storeLong = x.longPending;
    }
    x.shortStands = false;
    x.shortPending = Math.max(x.shortSession, x.storeShort) + 1;
    x.storeShort = x.shortPending;
  }

  private void read(State next, int g, int epoch) {
    GatewayState x = next.gateways[g];
    if (x.longPending != 0) {
      x.longSession = x.longPending;
      x.longStands = true;
      x.longPending = 0;
    }
    x.shortSession = x.shortPending;
    x.shortStands = true;
    x.shortPending = 0;
    x.earlyEpoch = 0;
    x.phase = Phase.SERVING;
    Partition record = machines.partitions.at(next.recordAt(epoch));
    tell(next, g, new View.Event.Rejoined(record, version(next, epoch)), false);
  }

  // --- receipts

  private void receipts(State s, int g, GatewayState now, Steps out) {
    Partition seen = machines.seen(s, now);
    if (seen.writes().isEmpty() && now.receipt == ReceiptState.NONE && now.quiet()) {
      State next = s.changing(now);
      tell(next, g, new View.Event.Quiet(seen.epoch()), false);
      out.step("g" + g + " is quiet", false, next);
    }
    if (now.sentEpoch >= 0) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      boolean given = x.storeShort == x.sentLease;
      if (given) {
        x.givenEpoch = x.sentEpoch;
        x.givenLease = x.sentLease;
      }
      x.sentEpoch = -1;
      x.sentLease = 0;
      tell(
          next,
          g,
          given
              ? new View.Event.ReceiptGiven(now.sentEpoch)
              : new View.Event.ReceiptFailed(now.sentEpoch),
          false);
      String how = given ? " is in the store" : " comes too late";
      out.step("g" + g + "'s receipt for " + now.sentEpoch + how, false, next);
    }
  }

  // --- the view

  /// The version by which a record of this epoch is known; what is older than the store's is not
  /// told apart.
  private static int version(State s, int epoch) {
    return epoch == s.epoch() ? s.version : 1;
  }

  private void tell(State next, int g, View.Event event, boolean late) {
    GatewayState x = next.gateways[g];
    int known = x.viewEpoch == next.epoch() ? next.version : 0;
    View view = new View(machines.seen(next, x), known, 0, x.receipt);
    View.Decision decision = view.decide(event, Duration.ZERO, late ? Machines.LATE : Machines.NOW);
    x.viewEpoch = (int) decision.view().partition().epoch();
    x.receipt = decision.view().receipt();
    for (View.Effect effect : decision.effects()) {
      switch (effect) {
        case View.Effect.Shift _ -> x.guards[x.current()] = x.guards[x.current()].shift(x);
        case View.Effect.Retire _ -> {
          for (int i = 0; i < x.guards.length; i++) {
            x.guards[i] = x.guards[i].retired();
          }
        }
        case View.Effect.Apply a -> x.guardOn(a.guard() == LeaseKind.LONG);
        case View.Effect.GiveReceipt give -> {
          x.sentEpoch = (int) give.epoch();
          x.sentLease = x.shortSession;
        }
        case View.Effect.Reopen r -> {
          if (r.expectedVersion() == next.version) {
            Steps.write(machines, next, Timeless.of(r.next()));
          }
        }
        case View.Effect.WakeAt _ -> {}
      }
    }
    next.forget();
  }
}
