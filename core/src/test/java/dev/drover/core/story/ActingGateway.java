package dev.drover.core.story;

import dev.drover.core.GatewayId;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.View;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A gateway in a story: the view machine and the gate, and one client whose writes it takes.
final class ActingGateway {
  private static final long LONG_NANOS = 60_000_000_000L;
  private static final long SHORT_NANOS = 3_000_000_000L;

  final GatewayId id;
  private final Stage stage;
  private final GatewayMode mode;
  private final ArrayDeque<Integer> held = new ArrayDeque<>();
  private Session longSession = ended();
  private Session shortSession = ended();
  private Guard guard = new Guard(longSession);
  private @Nullable View view;
  private @Nullable Gate gate;
  private long wakeAtNanos = Long.MAX_VALUE;
  private @Nullable InFlight flying;
  private boolean dead;
  private boolean paused;
  private boolean watching = true;
  int acknowledged;

  /// A write that a home may or may not have applied yet.
  private record InFlight(int value, Placement home, Guard guard) {}

  ActingGateway(Stage stage, String name, GatewayMode mode) {
    this.stage = stage;
    this.id = new GatewayId(name);
    this.mode = mode;
  }

  private static Session ended() {
    Session session = new Session(0, 0);
    session.end();
    return session;
  }

  /// Takes leases, registers, reads, and only then serves.
  void join() {
    long now = stage.now().nanos();
    longSession = new Session(stage.newLease(), now + LONG_NANOS);
    shortSession = new Session(stage.newLease(), now + SHORT_NANOS);
    stage.dropReceipt(id);
    stage.present(
        id, mode, OptionalLong.of(longSession.lease()), OptionalLong.of(shortSession.lease()));
    View before = view;
    stage.say(id.value(), "joins");
    if (before == null) {
      gate = new Gate(Stage.SCOPE, 1, new Route(0, null, null, guard), this::quiet);
      carryOut(View.first(stage.record(), stage.version(), Stage.GRACE, stage.now()));
    } else {
      carryOut(
          before.decide(
              new View.Event.Rejoined(stage.record(), stage.version()), Stage.GRACE, stage.now()));
    }
  }

  void sees(Partition partition, long version) {
    if (watching) {
      hears(new View.Event.Seen(partition, version));
    }
  }

  void losesWatch() {
    watching = false;
  }

  /// Reads the record again, after it has lost its watch.
  void rereads() {
    watching = true;
    stage.say(id.value(), "reads again");
    hears(new View.Event.Reread(stage.record(), stage.version()));
  }

  private void hears(View.Event event) {
    View known = view;
    if (known != null && !dead && !paused && !stage.storeAway) {
      carryOut(known.decide(event, Stage.GRACE, stage.now()));
    }
  }

  void wake() {
    if (dead || paused) {
      return;
    }
    long now = stage.now().nanos();
    if (!stage.storeAway) {
      longSession.renew(now + LONG_NANOS, now);
      shortSession.renew(now + SHORT_NANOS, now);
    }
    View known = view;
    if (known != null && now - wakeAtNanos >= 0) {
      wakeAtNanos = Long.MAX_VALUE;
      carryOut(known.decide(new View.Event.TimeCame(), Stage.GRACE, stage.now()));
    }
  }

  private void quiet(long epoch) {
    stage.later(
        () -> {
          View known = view;
          Gate mine = gate;
          if (known != null
              && mine != null
              && !dead
              && !paused
              && mine.route().writes() == null
              && mine.quiet()) {
            carryOut(known.decide(new View.Event.Quiet(epoch), Stage.GRACE, stage.now()));
          }
        });
  }

  private void carryOut(View.Decision decision) {
    view = decision.view();
    for (View.Effect effect : decision.effects()) {
      switch (effect) {
        case View.Effect.Shift _ -> guard.shift(shortSession, stage.now().nanos());
        case View.Effect.Retire _ -> guard.retire();
        case View.Effect.Apply a -> apply(a);
        case View.Effect.GiveReceipt give -> stage.later(() -> give(give.epoch()));
        case View.Effect.Reopen r -> {
          stage.say(id.value(), "has seen the hold for too long and gives it up");
          if (!stage.storeAway) {
            stage.later(() -> stage.put(r.next(), r.expectedVersion(), id.value()));
          }
        }
        case View.Effect.WakeAt wake -> wakeAtNanos = Math.min(wakeAtNanos, wake.nanos());
      }
    }
  }

  private void apply(View.Effect.Apply a) {
    Session session = a.guard() == LeaseKind.LONG ? longSession : shortSession;
    if (!guard.servesAs(session)) {
      guard = guard.next(session);
    }
    Gate mine = gate;
    if (mine != null) {
      stage.say(
          id.value(),
          "reads at "
              + a.reads().home()
              + ", writes "
              + a.writes().map(w -> "at " + w.home()).orElse("held"));
      mine.apply(new Route(a.epoch(), a.reads(), a.writes().orElse(null), guard));
      while (!held.isEmpty() && a.writes().isPresent()) {
        int value = held.remove();
        stage.later(() -> write(value));
      }
    }
  }

  private void give(long epoch) {
    View known = view;
    if (dead || paused || known == null) {
      return;
    }
    boolean there = !stage.storeAway && stage.present.containsKey(id);
    if (there) {
      stage.say(id.value(), "gives its receipt for epoch " + epoch);
      stage.receipt(id, new GivenReceipt(epoch, shortSession.lease()));
    }
    carryOut(
        known.decide(
            there ? new View.Event.ReceiptGiven(epoch) : new View.Event.ReceiptFailed(epoch),
            Stage.GRACE,
            stage.now()));
  }

  // --- its client

  /// A client writes; the home's answer comes with [#answered].
  void write(int value) {
    Gate mine = gate;
    if (mine == null) {
      throw new AssertionError("not joined");
    }
    Route route = mine.enter(0);
    Placement home = route == null ? null : route.writes();
    if (route == null || home == null || !route.guard().stands(stage.now().nanos())) {
      if (route != null) {
        mine.leave(0);
      }
      held.add(value);
      stage.say(id.value(), "write " + value + " is held");
      return;
    }
    flying = new InFlight(value, home, route.guard());
    stage.say(id.value(), "write " + value + " is sent to " + home.home());
  }

  /// The home applies the write that is in flight.
  void applied() {
    InFlight write = flying;
    if (write != null) {
      stage.registers.put(write.home(), write.value());
      stage.say(write.home().home().value(), "applies write " + write.value());
    }
  }

  /// The home's answer arrives.
  void answered() {
    InFlight write = flying;
    Gate mine = gate;
    if (write == null || mine == null) {
      return;
    }
    flying = null;
    boolean sure = write.guard().stands(stage.now().nanos());
    if (sure) {
      acknowledged = write.value();
    }
    stage.say(
        id.value(),
        sure
            ? "acknowledges write " + write.value()
            : "answers write " + write.value() + ": outcome unknown");
    mine.leave(0);
  }

  /// A write from end to end, if it is not held.
  void writeThrough(int value) {
    write(value);
    applied();
    answered();
  }

  // --- faults

  void kill() {
    dead = true;
    stage.say(id.value(), "is killed");
  }

  void pause() {
    paused = true;
    stage.say(id.value(), "is paused");
  }

  /// Goes on after a pause; its keep-alive comes too late and it joins again.
  void resume() {
    paused = false;
    stage.say(id.value(), "goes on");
  }

  boolean holds() {
    return view != null && gate != null && gate.route().writes() == null;
  }

  boolean hasInFlight() {
    return flying != null;
  }

  boolean shortStands() {
    return shortSession.holds(stage.now().nanos());
  }

  /// The store finds that a lease of it has ended.
  void leaseEnds(LeaseKind kind) {
    stage.say("store", id + "'s " + kind + " lease ends");
    if (kind == LeaseKind.SHORT) {
      stage.dropReceipt(id);
    }
    OptionalLong longLease =
        kind == LeaseKind.LONG ? OptionalLong.empty() : OptionalLong.of(longSession.lease());
    stage.present(id, mode, longLease, OptionalLong.empty());
  }
}
