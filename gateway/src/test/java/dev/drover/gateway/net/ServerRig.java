package dev.drover.gateway.net;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.gate.Gate;
import dev.drover.core.mover.MoverOptions;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A whole gateway before two homes that speak lines. The test plays the driver: it writes the
/// records itself. Partition `one:` is at home a, `two:` at home b; what is in no partition is at
/// a.
final class ServerRig implements AutoCloseable {
  static final Engine ENGINE = new Engine("line");
  static final PartitionId ONE = new PartitionId(ENGINE, "one:");
  static final PartitionId TWO = new PartitionId(ENGINE, "two:");
  private static final LeaseOptions LEASES =
      new LeaseOptions(Duration.ofHours(9), Duration.ofHours(8), Duration.ofSeconds(1), 0.1);

  final LineHome a;
  final LineHome b;
  final MemoryStore store = MemoryStore.create();
  final LineFront front;
  final GatewayServer server;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong aheadNanos = new AtomicLong();

  ServerRig() throws Exception {
    this(ServerOptions.onLoopback(1));
  }

  ServerRig(ServerOptions options) throws Exception {
    a = LineHome.start("a");
    b = LineHome.start("b");
    write(Partition.at(ONE, new Placement(a.id(), ONE.name()), new Hlc(1, 0)));
    write(Partition.at(TWO, new Placement(b.id(), TWO.name()), new Hlc(1, 0)));
    front = new LineFront(Map.of(a.id(), a.endpoint(), b.id(), b.endpoint()), a.id());
    server = new GatewayServer(options, identity(), store, front);
    server.bindTo(meters);
    server.start();
  }

  static ServerOptions options(int clientsMax, Duration drainMax, HoldOptions hold) {
    ServerOptions usual = ServerOptions.onLoopback(1);
    return new ServerOptions(
        usual.host(), usual.port(), usual.loops(), clientsMax, drainMax, hold, usual.tls());
  }

  static ServerOptions holding(HoldOptions hold) {
    return options(ServerOptions.CLIENTS_MAX, ServerOptions.DRAIN_MAX, hold);
  }

  private GatewayOptions identity() {
    return new GatewayOptions(
        ENGINE,
        new GatewayId("g"),
        GatewayMode.LEASED,
        LEASES,
        new GatewayOptions.Self("here", "test", GatewayIdentity.of("g", List.of(a.id(), b.id()))),
        GatewayMemory.none(ENGINE),
        2,
        new Clocks(() -> System.nanoTime() + aheadNanos.get(), System::currentTimeMillis));
  }

  /// The gateway's clock jumps ahead.
  void pass(Duration time) {
    aheadNanos.addAndGet(time.toNanos());
  }

  LineSocket client() throws IOException {
    return LineSocket.to(server.port());
  }

  // --- moves

  private void write(Partition next) throws Exception {
    store.put(Keys.partition(next.id()), Records.encode(next), StateStore.ANY, null);
  }

  Partition record(PartitionId id) throws Exception {
    String key = Keys.partition(id);
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  /// The gate of a partition that is served.
  Gate gate(PartitionId id) throws Exception {
    Await.until(id + " is served", () -> found(id) != null);
    return Objects.requireNonNull(found(id));
  }

  private @Nullable Gate found(PartitionId id) {
    return server.gates().stream().filter(g -> g.partition().equals(id)).findAny().orElse(null);
  }

  /// Brings a partition into Cutover, on its way to the other home. Returns when writes are held.
  void hold(PartitionId id) throws Exception {
    Partition now = record(id);
    HomeId from = now.ownership().reads().home();
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT.withPause(Duration.ofMinutes(5)),
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            new Hlc(1, 0));
    HomeId to = from.equals(a.id()) ? b.id() : a.id();
    Partition draining =
        next(Transition.begin(now, new Placement(to, id.name()), move, new Hlc(2, 0)));
    write(draining);
    write(next(Transition.cutover(draining, new Hlc(3, 0))));
    Gate gate = gate(id);
    Await.until("writes are held", () -> gate.route().writes() == null);
  }

  /// Gives the hold up: writes go to the old home again.
  void reopen(PartitionId id) throws Exception {
    write(next(Transition.reopen(record(id), new Hlc(4, 0))));
  }

  /// A partition is new, at home a.
  Gate add(PartitionId id) throws Exception {
    write(Partition.at(id, new Placement(a.id(), id.name()), new Hlc(1, 0)));
    return gate(id);
  }

  /// Whether the gateway has given its receipt for the epoch that the record is in.
  boolean confirmed(PartitionId id) throws Exception {
    String key = Keys.receipt(id, new GatewayId("g"));
    Optional<Entry> entry = store.get(key);
    return entry.isPresent()
        && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch()
            == record(id).epoch();
  }

  void remove(PartitionId id) throws Exception {
    store.delete(Keys.partition(id), StateStore.ANY);
  }

  private static Partition next(Transition transition) {
    return ((Transition.Granted) transition).next();
  }

  // --- what is counted

  /// The value of one of the gateway's meters.
  double number(String name, String... tags) {
    return meters
        .get("drover.gateway." + name)
        .tags(tags)
        .meter()
        .measure()
        .iterator()
        .next()
        .getValue();
  }

  MeterRegistry meters() {
    return meters;
  }

  /// Waits until a meter has this value.
  void await(String name, double value) throws Exception {
    Await.until(name + " is " + value, () -> number(name) == value);
  }

  @Override
  public void close() throws IOException {
    server.close();
    store.close();
    a.close();
    b.close();
  }
}
