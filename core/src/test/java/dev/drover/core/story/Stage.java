package dev.drover.core.story;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Moment;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Where stories are played: a store, two homes with one register each, gateways and drivers, one
/// clock, no threads. What is to be done waits in one queue and is done in order; a story says how
/// far.
final class Stage {
  static final Placement A = new Placement(new HomeId("a"), "app:");
  static final Placement B = new Placement(new HomeId("b"), "app:");
  static final PartitionId SCOPE = new PartitionId(Engine.FIRST, "app:");
  static final Duration GRACE = Duration.ofSeconds(3);

  final List<String> transcript = new ArrayList<>();
  final Map<String, ActingGateway> gateways = new TreeMap<>();
  final Map<String, ActingDriver> drivers = new TreeMap<>();
  final Map<GatewayId, Presence> present = new HashMap<>();
  final Map<GatewayId, GivenReceipt> receipts = new HashMap<>();

  /// The value of each home's register, and the highest term each has seen.
  final Map<Placement, Integer> registers = new HashMap<>(Map.of(A, 0, B, 0));

  final Map<Placement, Long> fences = new HashMap<>(Map.of(A, 0L, B, 0L));
  private final ArrayDeque<Runnable> todo = new ArrayDeque<>();
  private Partition record = Partition.at(SCOPE, A, new Hlc(1, 0));
  private long version = 1;
  private long nanos = 1_000_000_000L;
  private long leases = 10;
  boolean storeAway;

  /// Whom the source refuses in a hold.
  SourceFence sourceFence = SourceFence.OUTSIDERS;

  /// Whether gateways note what the engine's capture does not show.
  boolean gatewaysNote;

  // --- time and order

  Moment now() {
    return new Moment(nanos, nanos / 1_000_000);
  }

  void say(String who, String what) {
    transcript.add("%6d ms  %-5s %s".formatted((nanos - 1_000_000_000L) / 1_000_000, who, what));
  }

  void later(Runnable what) {
    todo.add(what);
  }

  /// Does everything that waits, and what follows from it.
  void play() {
    int steps = 0;
    while (!todo.isEmpty()) {
      todo.remove().run();
      if (++steps > 10_000) {
        throw new AssertionError(
            "the story has no end:\n"
                + String.join("\n", transcript.subList(transcript.size() - 40, transcript.size())));
      }
    }
  }

  /// Does what waits until the condition holds, in the middle of things if need be.
  void playUntil(java.util.function.BooleanSupplier holds) {
    int steps = 0;
    while (!holds.getAsBoolean()) {
      if (todo.isEmpty()) {
        advance(10);
      } else {
        todo.remove().run();
      }
      if (++steps > 10_000) {
        throw new AssertionError("this never came:\n" + String.join("\n", transcript));
      }
    }
  }

  /// Lets time pass, and wakes whoever is due.
  void advance(long millis) {
    long end = nanos + millis * 1_000_000;
    while (nanos < end) {
      nanos = Math.min(end, nanos + 10_000_000);
      gateways.values().forEach(g -> later(g::wake));
      drivers.values().forEach(d -> later(d::wake));
      play();
    }
  }

  /// Lets time pass in which nobody runs: a pause of the whole process of one gateway is told by
  /// the gateway itself.
  void skip(long millis) {
    nanos += millis * 1_000_000;
  }

  // --- the cast

  ActingGateway gateway(String name, GatewayMode mode) {
    ActingGateway gateway = new ActingGateway(this, name, mode);
    gateways.put(name, gateway);
    gateway.join();
    play();
    return gateway;
  }

  ActingDriver driver(String name) {
    ActingDriver driver = new ActingDriver(this, new ControllerId(name));
    drivers.put(name, driver);
    return driver;
  }

  /// Begins the move from a to b.
  ActingDriver begin(String name, Budget budget, Barrier barrier) {
    Move move =
        Move.begun(
            new MoveId("m1"),
            new ControllerId(name),
            new Move.Plan(
                budget,
                barrier,
                MoverOptions.DEFAULT,
                sourceFence,
                List.of(new Undo("purge-source", A, new MoveId("m1"), MoverOptions.DEFAULT))),
            List.of(new Undo("remove-copies", B, new MoveId("m1"), MoverOptions.DEFAULT)),
            new Hlc(nanos / 1_000_000, 0));
    Transition.Granted granted =
        (Transition.Granted) Transition.begin(record, B, move, new Hlc(nanos / 1_000_000, 1));
    put(granted.next(), version, name);
    ActingDriver driver = driver(name);
    driver.wakeUp();
    return driver;
  }

  // --- the store

  Partition record() {
    return record;
  }

  long version() {
    return version;
  }

  long newLease() {
    return ++leases;
  }

  /// @return the new version, or -1 if the record is at another one
  long put(Partition next, long expectedVersion, String who) {
    if (expectedVersion != version) {
      say(who, "compare-and-set refused: the record is at version " + version);
      return -1;
    }
    boolean moved = next.epoch() != record.epoch();
    record = next;
    version++;
    if (moved) {
      say(
          "store",
          "epoch "
              + record.epoch()
              + " "
              + words(record.ownership())
              + " (by "
              + who
              + ", term "
              + record.term()
              + ")");
    } else {
      say(
          "store",
          "record changed by " + who + ": term " + record.term() + ", owes " + record.owed());
    }
    long at = version;
    Partition seen = record;
    gateways.values().forEach(g -> later(() -> g.sees(seen, at)));
    return version;
  }

  private static String words(Ownership ownership) {
    return switch (ownership) {
      case Ownership.Active a -> "Active at " + a.home().home();
      case Ownership.Draining d ->
          "Draining from " + d.from().home() + ", attempt " + d.move().attempt();
      case Ownership.Cutover c -> "Cutover";
      case Ownership.Reopening r ->
          "Reopening at " + r.from().home() + ", attempt " + r.move().attempt();
      case Ownership.Opening o -> "Opening at " + o.to().home();
    };
  }

  void present(GatewayId id, GatewayMode mode, OptionalLong longLease, OptionalLong shortLease) {
    if (longLease.isEmpty() && shortLease.isEmpty()) {
      present.remove(id);
    } else {
      present.put(id, new Presence(mode, longLease, shortLease, Set.of(A.home(), B.home())));
    }
    fleetChanged();
  }

  void receipt(GatewayId id, GivenReceipt receipt) {
    receipts.put(id, receipt);
    fleetChanged();
  }

  boolean receiptIsFor(ActingGateway gateway, long epoch) {
    GivenReceipt receipt = receipts.get(gateway.id);
    return receipt != null && receipt.epoch() == epoch;
  }

  void dropReceipt(GatewayId id) {
    receipts.remove(id);
  }

  /// The store crashes and comes back without the receipts, which it had not synced. Every gateway
  /// has to read again.
  void forgetReceipts() {
    say("store", "crashes, and has forgotten the receipts");
    receipts.clear();
    gateways.values().forEach(ActingGateway::losesWatch);
    fleetChanged();
  }

  FleetView fleet() {
    return new FleetView(present, receipts, Set.of(), 0);
  }

  private void fleetChanged() {
    FleetView view = fleet();
    drivers.values().forEach(d -> later(() -> d.fleetSeen(view)));
  }
}
