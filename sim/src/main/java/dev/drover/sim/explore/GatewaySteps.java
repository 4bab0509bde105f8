package dev.drover.sim.explore;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.Membership;
import dev.drover.core.fleet.Membership.Event;
import dev.drover.core.fleet.View;
import dev.drover.core.fleet.View.ReceiptState;
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
    if (!now.alive) {
      restart(s, g, now, out);
      return;
    }
    joining(s, g, now, out);
    boolean watches =
        now.membership instanceof Membership.Serving
            || now.membership instanceof Membership.Leasing;
    if (watches && !now.blank && now.viewEpoch < s.epoch()) {
      State next = s.changing(now);
      int epoch = now.viewEpoch + 1;
      Partition record = machines.partitions.at(s.recordAt(epoch));
      tell(next, g, new View.Event.Seen(record, version(s, epoch)), false);
      out.step(() -> "g" + g + " sees " + record.ownership().label() + " " + epoch, false, next);
    }
    if (now.sentEpoch >= 0) {
      receipt(s, g, now, out);
    }
    if (s.may(Mishap.OVERTIME)
        && !now.blank
        && machines.seen(s, now).ownership() instanceof Ownership.Cutover) {
      State next = s.changing(now).spend(Mishap.OVERTIME);
      tell(next, g, new View.Event.TimeCame(), true);
      out.step(() -> "g" + g + " has seen Cutover for too long and reopens", true, next);
    }
    if (s.may(Mishap.GATEWAY_CRASH)) {
      State next = s.changing(now).spend(Mishap.GATEWAY_CRASH);
      next.gateways[g].crash();
      next.forget();
      out.step(() -> "g" + g + " crashes", true, next);
    }
  }

  /// It may be started again, but nothing may depend on that.
  private void restart(State s, int g, GatewayState now, Steps out) {
    State next = s.changing(now);
    GatewayState x = next.gateways[g];
    x.alive = true;
    x.blank = true;
    x.viewEpoch = s.epoch();
    happened(x, Event.STARTED);
    out.step(() -> "g" + g + " is started again", true, next);
  }

  /// The store comes back without the receipts, which it need not have synced; every gateway has
  /// lost its watch, and reads again.
  State storeCrashes(State s) {
    State next = s.copy().spend(Mishap.STORE_CRASH);
    for (int g = 0; g < next.gateways.length; g++) {
      GatewayState x = next.gateways[g].copy();
      next.gateways[g] = x;
      x.givenEpoch = -1;
      x.givenLease = 0;
      if (x.alive && x.earlyEpoch == 0) {
        happened(x, Event.WATCH_LOST);
      }
    }
    return next;
  }

  private static void happened(GatewayState x, Event event) {
    x.membership = Membership.decide(x.membership, event, Machines.NOW).next();
  }

  // --- leases

  private void leases(State s, int g, GatewayState now, Steps out) {
    boolean counts = now.shortStands || now.shortPending != 0;
    if (now.alive && counts && s.may(Mishap.EXPIRY)) {
      State next = s.changing(now).spend(Mishap.EXPIRY);
      GatewayState x = next.gateways[g];
      x.shortStands = false;
      x.shortPending = 0;
      happened(x, Event.SHORT_ENDED);
      out.step(() -> "g" + g + "'s short lease ends in its own view", true, next);
    }
    if (now.alive && !counts && (now.longStands || now.longPending != 0)) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      x.longStands = false;
      x.longPending = 0;
      happened(x, Event.LONG_ENDED);
      // A lease may go on or end: no end may hang on that it ends.
      out.step(() -> "g" + g + "'s long lease ends in its own view", true, next);
    }
    if (now.storeShort != 0 && ends(s, now, false, now.storeShort)) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      if (x.givenLease == x.storeShort) {
        x.givenEpoch = -1;
        x.givenLease = 0;
      }
      x.storeShort = 0;
      out.step(() -> "g" + g + "'s short lease ends at the store", false, next);
    }
    if (now.storeLong != 0 && ends(s, now, true, now.storeLong)) {
      State next = s.changing(now);
      next.gateways[g].storeLong = 0;
      out.step(() -> "g" + g + "'s long lease ends at the store", false, next);
    }
  }

  /// Whether the store's lease may end: only once the gateway does not count on it any more, for it
  /// counts from before it has asked.
  private boolean ends(State s, GatewayState now, boolean isLong, int lease) {
    if (!now.alive) {
      return !machines.deviates(Deviation.DEAD_GATEWAYS_STAY_LISTED);
    }
    return !now.countsOn(isLong, lease)
        || (!isLong && s.may(Mishap.EXPIRY) && machines.deviates(Deviation.LEASE_FROM_THE_ANSWER));
  }

  // --- joining again

  private void joining(State s, int g, GatewayState now, Steps out) {
    switch (now.membership) {
      case Membership.Leasing _ -> {
        State next = s.changing(now);
        GatewayState x = next.gateways[g];
        if (now.earlyEpoch != 0) {
          register(x);
          read(next, g, now.earlyEpoch);
          out.step(() -> "g" + g + " registers and serves", false, next);
        } else if (machines.deviates(Deviation.READS_ROUTES_BEFORE_IT_REGISTERS)) {
          x.earlyEpoch = s.epoch();
          out.step(() -> "g" + g + " reads the records, before it registers", false, next);
        } else {
          register(x);
          out.step(() -> "g" + g + " takes leases and registers", false, next);
        }
      }
      case Membership.Reading _ -> {
        State next = s.changing(now);
        read(next, g, s.epoch());
        out.step(() -> "g" + g + " reads the records and serves", false, next);
      }
      case Membership.Registering _ -> throw new IllegalStateException("registers at once");
      case Membership.Serving _ -> {}
    }
  }

  /// Takes the leases that are missing, and makes itself known under them: until then nobody could
  /// tell that it has them.
  private static void register(GatewayState x) {
    while (x.membership instanceof Membership.Leasing l) {
      if (!l.needsLong() && !x.longStands && x.longPending == 0) {
        // The long lease has ended while only the short one was asked for.
        happened(x, Event.LEASES_TAKEN);
        happened(x, Event.LONG_ENDED);
        continue;
      }
      if (l.needsLong()) {
        x.longStands = false;
        x.longPending = Math.max(x.longSession, x.storeLong) + 1;
        x.storeLong = x.longPending;
      }
      x.shortStands = false;
      x.shortPending = Math.max(x.shortSession, x.storeShort) + 1;
      x.storeShort = x.shortPending;
      x.givenEpoch = -1;
      x.givenLease = 0;
      happened(x, Event.LEASES_TAKEN);
    }
    happened(x, Event.REGISTERED);
  }

  private void read(State next, int g, int epoch) {
    GatewayState x = next.gateways[g];
    boolean anew = x.membership instanceof Membership.Reading(boolean isAnew) && isAnew;
    if (anew) {
      if (x.longPending != 0) {
        x.longSession = x.longPending;
        x.longStands = true;
        x.longPending = 0;
      }
      x.shortSession = x.shortPending;
      x.shortStands = true;
      x.shortPending = 0;
    }
    x.earlyEpoch = 0;
    x.blank = false;
    Partition record = machines.partitions.at(next.recordAt(epoch));
    int version = version(next, epoch);
    View.Event event =
        anew ? new View.Event.Rejoined(record, version) : new View.Event.Reread(record, version);
    if (!anew && machines.deviates(Deviation.FORGOTTEN_RECEIPTS_NOT_GIVEN_AGAIN)) {
      event = new View.Event.Seen(record, version);
    }
    tell(next, g, event, false);
    happened(x, Event.ROUTES_READ);
  }

  // --- receipts

  /// Whether it would give the receipt for what it sees: writes are held, and none is out.
  boolean quiet(State s, GatewayState now) {
    return now.alive
        && !now.blank
        && now.receipt == ReceiptState.NONE
        && machines.seen(s, now).writes().isEmpty()
        && (now.quiet() || machines.deviates(Deviation.RECEIPTS_BEFORE_WRITES_END));
  }

  void isQuiet(State next, int g) {
    long epoch = machines.seen(next, next.gateways[g]).epoch();
    tell(next, g, new View.Event.Quiet(epoch), false);
  }

  private void receipt(State s, int g, GatewayState now, Steps out) {
    State next = s.changing(now);
    boolean given = receiptArrives(next, g);
    out.step(
        () ->
            "g"
                + g
                + "'s receipt for "
                + now.sentEpoch
                + (given ? " is in the store" : " comes too late"),
        false,
        next);
  }

  /// The receipt that is on its way reaches the store, which takes it only under a lease that it
  /// has.
  boolean receiptArrives(State next, int g) {
    GatewayState x = next.gateways[g];
    int epoch = x.sentEpoch;
    boolean given = x.storeShort == x.sentLease;
    if (given) {
      x.givenEpoch = epoch;
      x.givenLease = x.sentLease;
    }
    x.sentOne();
    tell(
        next,
        g,
        given ? new View.Event.ReceiptGiven(epoch) : new View.Event.ReceiptFailed(epoch),
        false);
    return given;
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
        case View.Effect.GiveReceipt give -> x.give((int) give.epoch());
        case View.Effect.Reopen r -> {
          if (r.expectedVersion() == next.version
              || machines.deviates(Deviation.REOPENS_WITHOUT_COMPARING)) {
            Steps.write(machines, next, machines.same(Timeless.of(r.next())));
          }
        }
        case View.Effect.WakeAt _ -> {}
      }
    }
    next.forget();
  }
}
