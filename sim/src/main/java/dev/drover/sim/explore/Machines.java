package dev.drover.sim.explore;

import dev.drover.core.GatewayId;
import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.DriverEffect;
import dev.drover.core.driver.DriverEvent;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.GatewayMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// The machines of `core`, with numbers for what states hold of them; and what they have decided,
/// so that nothing is decided twice.
final class Machines {
  static final Moment NOW = new Moment(0, 0);

  /// When every deadline has passed.
  static final Moment LATE = new Moment(1L << 60, 0);

  static final List<GatewayId> GATEWAYS = List.of(new GatewayId("g0"), new GatewayId("g1"));

  /// What a driver has decided.
  record Decided(int driver, List<DriverEffect> effects) {}

  final Ids<Partition> partitions = new Ids<>();
  final Ids<Driver> drivers = new Ids<>();
  private final Ids<List<DriverEffect>> effects = new Ids<>();
  private final Ids<List<DriverEffect.Ask>> jobs = new Ids<>();
  private final Ids<DriverEvent> events = new Ids<>();
  private final Map<Long, Decided> decided = new HashMap<>();
  private final Map<Long, Integer> fleetNumbers = new HashMap<>();
  private final Ids<FleetView> fleets = new Ids<>();
  private final Map<Long, DriverEvent> told = new HashMap<>();
  private final IdentityHashMap<List<DriverEffect>, List<DriverEffect>> rests =
      new IdentityHashMap<>();
  private final Map<Integer, Integer> swapped = new HashMap<>();
  private final Set<Deviation> deviations;
  private final boolean blocks;

  /// @param blocks whether the source refuses everybody in a hold
  Machines(Set<Deviation> deviations, boolean blocks) {
    this.blocks = blocks;
    this.deviations = deviations.isEmpty() ? Set.of() : EnumSet.copyOf(deviations);
  }

  boolean blocks() {
    return blocks;
  }

  boolean deviates(Deviation deviation) {
    return deviations.contains(deviation);
  }

  /// @param list of a decision, or [#rest] of one
  int effectsId(List<DriverEffect> list) {
    return effects.ofSame(list);
  }

  /// All but the first.
  List<DriverEffect> rest(List<DriverEffect> list) {
    return rests.computeIfAbsent(
        list, l -> effects.at(effects.of(List.copyOf(l.subList(1, l.size())))));
  }

  /// Both; the same list for equal ones.
  List<DriverEffect> both(List<DriverEffect> one, List<DriverEffect> two) {
    if (one.isEmpty() || two.isEmpty()) {
      return one.isEmpty() ? two : one;
    }
    List<DriverEffect> all = new ArrayList<>(one);
    all.addAll(two);
    return effects.at(effects.of(List.copyOf(all)));
  }

  int jobsId(List<DriverEffect.Ask> list) {
    return jobs.of(list);
  }

  /// Whether what a home has answered is passed on.
  boolean answers(GatewayState x, Op op) {
    return x.guards[op.guard()].stands(x)
        || deviates(Deviation.ANSWER_WITHOUT_THE_GUARD)
        || (deviates(Deviation.BROKEN_GUARD_COMES_BACK) && x.serves());
  }

  /// Whether the compare-and-set that this controller's driver waits for is done whatever the
  /// record is by then.
  boolean writesAnyway(ControllerState x) {
    return deviates(Deviation.REOPENS_WITHOUT_COMPARING)
        && driver(x).stage() instanceof Stage.Reopening;
  }

  Decided decide(int driver, DriverEvent event, boolean late) {
    int number =
        switch (event) {
          case DriverEvent.RecordSeen _,
              DriverEvent.Read _,
              DriverEvent.FleetSeen _,
              DriverEvent.FleetListed _ ->
              events.ofSame(event);
          default -> events.of(event);
        };
    long question = ((long) driver << 31 | number) << 1 | (late ? 1 : 0);
    Decided known = decided.get(question);
    if (known == null) {
      known = decideNew(driver, event, late);
      decided.put(question, known);
    }
    return known;
  }

  private Decided decideNew(int driver, DriverEvent event, boolean late) {
    Driver.Decision decision = drivers.at(driver).decide(event, late ? LATE : NOW);
    Driver next = Timeless.of(decision.next());
    List<DriverEffect> asked = Timeless.of(decision.effects());
    if (deviates(Deviation.TAKEOVER_WITHOUT_A_NEW_TERM)
        && event instanceof DriverEvent.Woken
        && next.stage() instanceof Stage.Claiming
        && next.pending().isPresent()) {
      Partition same = oneTermBack(next.pending().get().next());
      next = with(next, next.fleet(), same);
      asked = List.of(new DriverEffect.Write(same, next.version()));
    }
    return new Decided(drivers.of(next), effects.at(effects.of(asked)));
  }

  private static Partition oneTermBack(Partition p) {
    return new Partition(p.id(), p.epoch(), p.term() - 1, p.ownership(), p.owed(), p.changedAt());
  }

  private static Driver with(Driver d, FleetWait fleet, Partition pendingNext) {
    return new Driver(
        d.self(),
        d.known(),
        fleet,
        d.verification(),
        Optional.of(new Driver.Pending(pendingNext, Driver.PendingState.SENT, 0)),
        d.abort(),
        d.storeWriteNanos(),
        d.stage());
  }

  /// The same driver once the gateways have changed places.
  int swapped(int driver) {
    if (driver == ControllerState.NONE) {
      return driver;
    }
    return swapped.computeIfAbsent(driver, n -> drivers.of(swapped(drivers.at(n))));
  }

  private static Driver swapped(Driver d) {
    Map<GatewayId, Long> awaited = new TreeMap<>();
    d.fleet()
        .awaited()
        .forEach((g, lease) -> awaited.put(GATEWAYS.get(1 - GATEWAYS.indexOf(g)), lease));
    FleetWait w = d.fleet();
    FleetWait fleet =
        new FleetWait(
            w.epoch(),
            w.kind(),
            w.target(),
            w.listedRevision().isPresent() ? OptionalLong.of(0) : OptionalLong.empty(),
            FleetWait.Gateways.awaited(awaited),
            FleetWait.Span.NONE,
            Map.of(),
            Optional.empty());
    return new Driver(
        d.self(),
        d.known(),
        fleet,
        d.verification(),
        d.pending(),
        d.abort(),
        d.storeWriteNanos(),
        d.stage());
  }

  /// The same object for equal records.
  Partition same(Partition record) {
    return partitions.at(partitions.of(record));
  }

  Driver driver(ControllerState controller) {
    return drivers.at(controller.driver);
  }

  Partition record(State state) {
    return partitions.at(state.record());
  }

  Partition seen(State state, GatewayState gateway) {
    return partitions.at(state.recordAt(gateway.viewEpoch));
  }

  /// What tells a driver of the record; the same object for equal ones.
  DriverEvent recordSeen(State s) {
    return told.computeIfAbsent(
        question(0, s.record(), s.version),
        _ -> new DriverEvent.RecordSeen(partitions.at(s.record()), s.version));
  }

  DriverEvent read(State s) {
    return told.computeIfAbsent(
        question(1, s.record(), s.version),
        _ -> new DriverEvent.Read(partitions.at(s.record()), s.version));
  }

  DriverEvent fleetSeen(State s) {
    int number = fleetNumber(s);
    return told.computeIfAbsent(
        question(2, number, 0), _ -> new DriverEvent.FleetSeen(fleets.at(number)));
  }

  /// @param empty whether a driver that is wrong finds nobody
  DriverEvent fleetListed(State s, long epoch, boolean empty) {
    int number = empty ? fleets.of(FleetView.EMPTY) : fleetNumber(s);
    return told.computeIfAbsent(
        question(3, number, (int) epoch),
        _ -> new DriverEvent.FleetListed(epoch, fleets.at(number)));
  }

  private static long question(int kind, int a, int b) {
    return (long) kind << 60 | (long) a << 28 | b;
  }

  /// The gateways as the store has them.
  FleetView fleet(State state) {
    return fleets.at(fleetNumber(state));
  }

  private int fleetNumber(State state) {
    long key = 0;
    for (GatewayState g : state.gateways) {
      key = key << 6 | g.storeLong;
      key = key << 6 | g.storeShort;
      key = key << 10 | (g.givenEpoch + 1);
      key = key << 6 | g.givenLease;
    }
    return fleetNumbers.computeIfAbsent(key, _ -> fleets.of(fleetOf(state)));
  }

  private static FleetView fleetOf(State state) {
    Map<GatewayId, Presence> present = new TreeMap<>();
    Map<GatewayId, GivenReceipt> receipts = new TreeMap<>();
    for (int g = 0; g < state.gateways.length; g++) {
      GatewayState gateway = state.gateways[g];
      if (gateway.storeLong != 0 || gateway.storeShort != 0) {
        present.put(
            GATEWAYS.get(g),
            new Presence(
                GatewayMode.LEASED,
                lease(gateway.storeLong),
                lease(gateway.storeShort),
                Start.HOMES));
      }
      if (gateway.givenEpoch >= 0) {
        receipts.put(GATEWAYS.get(g), new GivenReceipt(gateway.givenEpoch, gateway.givenLease));
      }
    }
    return new FleetView(present, receipts, Set.of(), 0);
  }

  private static OptionalLong lease(int number) {
    return number == 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
