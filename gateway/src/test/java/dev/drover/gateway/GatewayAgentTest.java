package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.mover.MoverOptions;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which records of the store a gateway goes by.
@Timeout(120)
class GatewayAgentTest {
  private static final Engine OTHER = new Engine("other");
  private static final PartitionId MINE = new PartitionId(Engine.FIRST, "app:");
  private static final PartitionId THEIRS = new PartitionId(OTHER, "app:");
  private static final Hlc NOW = Hlc.ZERO;

  private final FaultyStore store = new FaultyStore(MemoryStore.create());
  private final Data data = new Data();

  @AfterEach
  void close() {
    store.close();
  }

  /// The data path of a gateway.
  private static class Data implements RouteListener {
    final Map<PartitionId, Gate> gates = new ConcurrentHashMap<>();
    final AtomicInteger joined = new AtomicInteger();

    @Override
    public void joined(Guard rest) {
      joined.incrementAndGet();
    }

    @Override
    public void added(Gate gate) {
      gates.put(gate.partition(), gate);
    }

    @Override
    public void removed(PartitionId partition) {
      gates.remove(partition);
    }

    @Override
    public void routed(Gate gate) {}

    @Nullable Placement writes(PartitionId id) {
      Gate gate = gates.get(id);
      return gate == null ? null : gate.route().writes();
    }
  }

  private GatewayAgent agent(Engine engine, String name, RouteListener listener) {
    return agent(engine, name, listener, store);
  }

  private static GatewayAgent agent(
      Engine engine, String name, RouteListener listener, StateStore store) {
    GatewayAgent agent =
        new GatewayAgent(
            new GatewayOptions(
                engine,
                new GatewayId(name),
                GatewayMode.LEASED,
                LeaseOptions.DEFAULT,
                new GatewayOptions.Self(
                    "here",
                    "test",
                    GatewayIdentity.of(name, List.of(new HomeId("a"), new HomeId("b")))),
                GatewayMemory.none(engine),
                1,
                new Clocks(System::nanoTime, System::currentTimeMillis)),
            store,
            listener);
    agent.start();
    return agent;
  }

  private long put(Partition partition, long version) throws StoreException {
    PutResult result =
        store.put(Keys.partition(partition.id()), Records.encode(partition), version, null);
    return ((PutResult.Applied) result).version();
  }

  private static Partition at(PartitionId id, String home) {
    return Partition.at(id, new Placement(new HomeId(home), id.name()), NOW);
  }

  private static Partition granted(Transition transition) {
    return ((Transition.Granted) transition).next();
  }

  private static Partition draining(Partition partition, String to) {
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT.withPause(Duration.ofMinutes(1)),
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            NOW);
    Placement target = new Placement(new HomeId(to), partition.id().name());
    return granted(Transition.begin(partition, target, move, NOW));
  }

  private boolean confirmed(PartitionId id, String gateway, long epoch) throws StoreException {
    String key = Keys.receipt(id, new GatewayId(gateway));
    Optional<Entry> entry = store.get(key);
    return entry.isPresent()
        && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch() == epoch;
  }

  @Test
  void aGatewayRoutesGatesAndConfirmsForItsOwnEngineOnly() throws Exception {
    Partition theirs = granted(Transition.cutover(draining(at(THEIRS, "a"), "b"), NOW));
    put(theirs, StateStore.ABSENT);
    Partition mine = at(MINE, "a");
    long version = put(mine, StateStore.ABSENT);
    Data others = new Data();
    try (GatewayAgent first = agent(Engine.FIRST, "g", data);
        GatewayAgent other = agent(OTHER, "o", others)) {
      Await.until("the first to serve", () -> data.writes(MINE) != null);
      assertThat(data.gates).containsOnlyKeys(MINE);
      assertThat(first.views()).hasSize(1);
      Await.until("the other to confirm", () -> confirmed(THEIRS, "o", theirs.epoch()));
      assertThat(others.gates).containsOnlyKeys(THEIRS);
      assertThat(others.writes(THEIRS)).as("writes are held there").isNull();
      assertThat(other.views()).hasSize(1);

      Partition next = draining(mine, "b");
      version = put(next, version);
      Await.until("the first to confirm", () -> confirmed(MINE, "g", next.epoch()));
      Partition held = granted(Transition.cutover(next, NOW));
      version = put(held, version);
      Await.until("the first to confirm the hold", () -> confirmed(MINE, "g", held.epoch()));
      assertThat(data.writes(MINE)).isNull();
      assertThat(store.list(Keys.receipts(MINE)).entries()).hasSize(1);
      assertThat(store.list(Keys.receipts(THEIRS)).entries()).hasSize(1);

      store.delete(Keys.partition(THEIRS), StateStore.ANY);
      Await.until("the other one's to be gone", others.gates::isEmpty);
      assertThat(data.gates).containsOnlyKeys(MINE);
      assertThat(version).isPositive();
    }
  }

  @Test
  void aReceiptIsSentBeforeTheDataPathIsTold() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    StateStore noted =
        (StateStore)
            Proxy.newProxyInstance(
                StateStore.class.getClassLoader(),
                new Class<?>[] {StateStore.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("putAsync")) {
                    order.add("receipt");
                  }
                  return method.invoke(store, arguments);
                });
    Data told =
        new Data() {
          @Override
          public void routed(Gate gate) {
            order.add("routed " + gate.route().epoch());
          }
        };
    long version = put(at(MINE, "a"), StateStore.ABSENT);
    try (GatewayAgent _ = agent(Engine.FIRST, "g", told, noted)) {
      Await.until("to serve", () -> told.writes(MINE) != null && !order.isEmpty());
      order.clear();
      Partition next = draining(at(MINE, "a"), "b");
      version = put(next, version);
      Await.until("to confirm", () -> confirmed(MINE, "g", next.epoch()));
      Partition held = granted(Transition.cutover(next, NOW));
      version = put(held, version);
      Await.until("all of it", () -> order.size() == 4);
      assertThat(order)
          .containsExactly(
              "receipt", "routed " + next.epoch(), "receipt", "routed " + held.epoch());
      assertThat(version).isPositive();
    }
  }

  @Test
  void afterALostWatchAllRecordsAreReadAgain() throws Exception {
    long version = put(at(MINE, "a"), StateStore.ABSENT);
    try (GatewayAgent _ = agent(Engine.FIRST, "g", data)) {
      Await.until("to serve", () -> data.writes(MINE) != null);
      Await.until("the watch", () -> store.watches(Keys.PARTITIONS) == 1);
      store.fault(
          (call, key) -> {
            if (call == Call.LIST && key.equals(Keys.PARTITIONS)) {
              throw new StoreException.Unavailable("the store is away", null);
            }
          });
      store.loseWatches(Keys.PARTITIONS);
      Placement next = new Placement(new HomeId("b"), "app:");
      put(new Partition(MINE, 7, 1, new Ownership.Active(next), List.of(), NOW), version);
      PartitionId added = new PartitionId(Engine.FIRST, "new:");
      put(at(added, "a"), StateStore.ABSENT);
      store.fault((call, key) -> {});
      Await.until("what has changed meanwhile", () -> next.equals(data.writes(MINE)));
      Await.until("what has come meanwhile", () -> data.writes(added) != null);
      store.delete(Keys.partition(added), StateStore.ANY);
      Await.until("what comes after that", () -> !data.gates.containsKey(added));
      Await.until("the watch", () -> store.watches(Keys.PARTITIONS) == 1);
    }
  }

  @Test
  void aWatchThatDidNotBeginIsALostOne() throws Exception {
    store.away(Call.WATCH, Keys.PARTITIONS, 2);
    try (GatewayAgent _ = agent(Engine.FIRST, "g", data)) {
      Await.until("the watch", () -> store.watches(Keys.PARTITIONS) == 1);
      put(at(MINE, "a"), StateStore.ABSENT);
      Await.until("what comes after that", () -> data.writes(MINE) != null);
    }
  }

  @Test
  void keysThatNamePartitionsOfNoEngineKeepNoOtherFromBeingServed() throws Exception {
    byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
    for (String prefix : List.of(Keys.PARTITIONS, Keys.DROPPED)) {
      store.put(prefix + "%zz", nonsense, StateStore.ABSENT, null);
      store.put(prefix + "No Engine:app", nonsense, StateStore.ABSENT, null);
    }
    put(at(MINE, "a"), StateStore.ABSENT);
    try (GatewayAgent _ = agent(Engine.FIRST, "g", data)) {
      Await.until("to serve", () -> data.writes(MINE) != null);
      store.delete(Keys.PARTITIONS + "%zz", StateStore.ANY);
      put(at(new PartitionId(Engine.FIRST, "new:"), "a"), StateStore.ABSENT);
      Await.until("what comes after that", () -> data.gates.size() == 2);
    }
  }

  @Test
  void aRecordThatCannotBeReadClosesItsOwnEnginesPartitionOnly() throws Exception {
    long version = put(at(MINE, "a"), StateStore.ABSENT);
    try (GatewayAgent agent = agent(Engine.FIRST, "g", data)) {
      Await.until("to serve", () -> data.writes(MINE) != null);
      byte[] nonsense = "nonsense".getBytes(StandardCharsets.UTF_8);
      store.put(Keys.partition(THEIRS), nonsense, StateStore.ABSENT, null);
      PartitionId added = new PartitionId(Engine.FIRST, "new:");
      put(at(added, "a"), StateStore.ABSENT);
      Await.until("what comes after that", () -> data.writes(added) != null);
      assertThat(data.writes(MINE)).isNotNull();
      assertThat(agent.health().problems()).isEmpty();

      store.put(Keys.partition(MINE), nonsense, version, null);
      Await.until("to be told", () -> agent.health().problems().size() == 1);
      assertThat(agent.health().problems().getFirst()).contains("redis/app:");
      assertThat(data.gates).containsKey(added);
    }
  }

  @Test
  void aBugWhileItJoinsStopsItAndIsSaid() throws Exception {
    store.fault(
        (call, key) -> {
          if (call == Call.LIST) {
            throw new IllegalStateException("this cannot be");
          }
        });
    try (GatewayAgent agent = agent(Engine.FIRST, "g", data)) {
      Await.until(
          "to be told",
          () -> agent.health().problems().stream().anyMatch(p -> p.contains("stopped by a bug")));
      assertThat(data.joined).hasValue(0);
    }
  }
}
