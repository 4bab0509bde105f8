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
import java.util.EnumSet;
import java.util.HashMap;
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

  private record Question(int driver, DriverEvent event, boolean late) {}

  final Ids<Partition> partitions = new Ids<>();
  final Ids<Driver> drivers = new Ids<>();
  private final Ids<List<DriverEffect>> effects = new Ids<>();
  private final Ids<List<DriverEffect.Ask>> jobs = new Ids<>();
  private final Map<Question, Decided> decided = new HashMap<>();
  private final Map<Integer, Integer> swapped = new HashMap<>();
  private final Set<Deviation> deviations;

  Machines(Set<Deviation> deviations) {
    this.deviations = deviations.isEmpty() ? Set.of() : EnumSet.copyOf(deviations);
  }

  boolean deviates(Deviation deviation) {
    return deviations.contains(deviation);
  }

  int effectsId(List<DriverEffect> list) {
    return effects.of(list);
  }

  int jobsId(List<DriverEffect.Ask> list) {
    return jobs.of(list);
  }

  Decided decide(int driver, DriverEvent event, boolean late) {
    return decided.computeIfAbsent(
        new Question(driver, event, late),
        q -> {
          Driver.Decision decision =
              drivers.at(q.driver()).decide(q.event(), q.late() ? LATE : NOW);
          Driver next = Timeless.of(decision.next());
          List<DriverEffect> asked = Timeless.of(decision.effects());
          if (deviates(Deviation.TAKEOVER_WITHOUT_A_NEW_TERM)
              && q.event() instanceof DriverEvent.Woken
              && next.stage() instanceof Stage.Claiming
              && next.pending().isPresent()) {
            Partition same = oneTermBack(next.pending().get().next());
            next = with(next, next.fleet(), same);
            asked = List.of(new DriverEffect.Write(same, next.version()));
          }
          return new Decided(drivers.of(next), asked);
        });
  }

  private static Partition oneTermBack(Partition p) {
    return new Partition(
        p.id(), p.engine(), p.epoch(), p.term() - 1, p.ownership(), p.owed(), p.changedAt());
  }

  private static Driver with(Driver d, FleetWait fleet, Partition pendingNext) {
    return new Driver(
        d.self(),
        d.partition(),
        d.version(),
        d.clock(),
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
            w.epoch(), w.kind(), w.listed(), 0, awaited, List.of(), 0, 0, Optional.empty());
    return new Driver(
        d.self(),
        d.partition(),
        d.version(),
        d.clock(),
        fleet,
        d.verification(),
        d.pending(),
        d.abort(),
        d.storeWriteNanos(),
        d.stage());
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

  /// The gateways as the store has them.
  static FleetView fleet(State state) {
    Map<GatewayId, Presence> present = new TreeMap<>();
    Map<GatewayId, GivenReceipt> receipts = new TreeMap<>();
    for (int g = 0; g < state.gateways.length; g++) {
      GatewayState gateway = state.gateways[g];
      if (gateway.storeLong != 0 || gateway.storeShort != 0) {
        present.put(
            GATEWAYS.get(g),
            new Presence(GatewayMode.LEASED, lease(gateway.storeLong), lease(gateway.storeShort)));
      }
      if (gateway.givenEpoch >= 0) {
        receipts.put(GATEWAYS.get(g), new GivenReceipt(gateway.givenEpoch, gateway.givenLease));
      }
    }
    return new FleetView(present, receipts, 0);
  }

  private static OptionalLong lease(int number) {
    return number == 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
