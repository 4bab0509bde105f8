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
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("alone")
class ReceiptsUnderWritersTest {
  private static final PartitionId P = new PartitionId(Engine.FIRST, "p:");
  private static final GatewayId G = new GatewayId("g");
  private static final Hlc NOW = Hlc.ZERO;
  private static final int CUTOVERS = 300;
  private static final long RECEIPT_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

  /// Writers that come while the gate is closed count there for a moment before they are turned
  /// away; no receipt may be lost for that.
  @Test
  void everyCutoverGetsItsReceiptHoweverManyWritersKnock() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    try (MemoryStore store = MemoryStore.create()) {
      Partition partition = Partition.at(P, new Placement(new HomeId("a"), "p:"), NOW);
      long version = put(store, partition, StateStore.ABSENT);
      CompletableFuture<Gate> gate = new CompletableFuture<>();
      GatewayAgent agent = new GatewayAgent(options(), store, new FirstGate(gate));
      agent.start();
      try {
        Gate served = gate.get(10, TimeUnit.SECONDS);
        for (int i = 0; i < 2; i++) {
          int stripe = i;
          writers.add(Thread.ofPlatform().start(() -> knock(served, stripe, stop)));
        }
        partition =
            granted(Transition.begin(partition, new Placement(new HomeId("b"), "p:"), move(), NOW));
        version = put(store, partition, version);
        for (int i = 0; i < CUTOVERS; i++) {
          partition = granted(Transition.cutover(partition, NOW));
          version = put(store, partition, version);
          assertThat(receiptFor(store, partition.epoch())).as("receipt of cutover %d", i).isTrue();
          partition = granted(Transition.reopen(partition, NOW));
          version = put(store, partition, version);
        }
      } finally {
        stop.set(true);
        agent.close();
        for (Thread each : writers) {
          each.join();
        }
      }
    }
  }

  private static void knock(Gate gate, int stripe, AtomicBoolean stop) {
    while (!stop.get()) {
      if (gate.enter(stripe) != null) {
        gate.leave(stripe);
      } else {
        LockSupport.parkNanos(1_000);
      }
    }
  }

  private static boolean receiptFor(StateStore store, long epoch) throws Exception {
    long end = System.nanoTime() + RECEIPT_NANOS_MAX;
    String key = Keys.receipt(P, G);
    while (System.nanoTime() < end) {
      Optional<Entry> entry = store.get(key);
      if (entry.isPresent()
          && Records.decode(key, entry.get().value(), GivenReceipt.class).epoch() == epoch) {
        return true;
      }
      TimeUnit.MICROSECONDS.sleep(200);
    }
    return false;
  }

  private static long put(StateStore store, Partition partition, long version) throws Exception {
    PutResult result = store.put(Keys.partition(P), Records.encode(partition), version, null);
    return ((PutResult.Applied) result).version();
  }

  private static Partition granted(Transition transition) {
    return ((Transition.Granted) transition).next();
  }

  private static Move move() {
    return Move.begun(
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
  }

  private static GatewayOptions options() {
    return new GatewayOptions(
        Engine.FIRST,
        G,
        GatewayMode.LEASED,
        LeaseOptions.DEFAULT,
        new GatewayOptions.Self("here", "test", GatewayIdentity.of("g", List.of())),
        GatewayMemory.none(Engine.FIRST),
        2,
        new Clocks(System::nanoTime, System::currentTimeMillis));
  }

  private record FirstGate(CompletableFuture<Gate> gate) implements RouteListener {
    @Override
    public void joined(Guard rest) {}

    @Override
    public void added(Gate added) {
      gate.complete(added);
    }

    @Override
    public void removed(PartitionId partition) {}

    @Override
    public void routed(Gate routed) {}
  }
}
