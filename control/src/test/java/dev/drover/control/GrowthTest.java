package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/// What a controller does must not grow faster than what it is asked for. Counted, not timed.
final class GrowthTest {
  private static final int PARTITIONS = 2_000;
  private static final int MOVES = 60;
  private static final long WAIT_SECONDS_MAX = 60;

  /// Counts listings by their prefix.
  private static final class Lists {
    final Map<String, LongAdder> byPrefix = new ConcurrentHashMap<>();

    StateStore around(StateStore store) {
      return (StateStore)
          Proxy.newProxyInstance(
              StateStore.class.getClassLoader(),
              new Class<?>[] {StateStore.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("list")) {
                  byPrefix.computeIfAbsent((String) arguments[0], _ -> new LongAdder()).increment();
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    long of(String prefix) {
      LongAdder found = byPrefix.get(prefix);
      return found == null ? 0 : found.sum();
    }
  }

  private static PartitionId partition(int number) {
    return new PartitionId(Engine.FIRST, "p%05d:".formatted(number));
  }

  @Test
  void manyMovesListTheQueueOnceAndWalkNoPartitionsAtRest() throws Exception {
    Lists lists = new Lists();
    try (StateStore store = lists.around(MemoryStore.create());
        Controller controller =
            new Controller(
                TestControllers.options(MOVES, Map.of()),
                store,
                Map.of(Engine.FIRST, new NothingMover(Engine.FIRST)),
                TestControllers.HOMES)) {
      for (int i = 0; i < PARTITIONS; i++) {
        PartitionId id = partition(i);
        assertThat(controller.create(id, new Placement(new HomeId("a"), id.name()))).isTrue();
      }
      controller.start();
      for (int i = 0; i < MOVES; i++) {
        MoveId _ =
            controller.submit(MoveBody.of(partition(i).name(), "b").withBudgetMillis(60_000));
      }
      long end = System.nanoTime() + Duration.ofSeconds(WAIT_SECONDS_MAX).toNanos();
      while (controller.endings().completed() < MOVES && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertThat(controller.endings().completed()).isEqualTo(MOVES);
      assertThat(lists.of("queue/")).isEqualTo(1);
      assertThat(lists.of(Keys.PARTITIONS)).isEqualTo(1);
      assertThat(controller.catalog().walks()).isZero();
      // One in preflight, one to follow, one after each of three transitions, and some for a lost
      // watch or a second try.
      assertThat(lists.of(Keys.GATEWAYS)).isLessThanOrEqualTo(6L * MOVES);
    }
  }

  @Test
  void aGatewaysRecordIsDecodedOnceForAllDrivers() throws Exception {
    int gateways = 50;
    try (StateStore store = MemoryStore.create()) {
      LeaseId lease = store.lease(Duration.ofMinutes(1));
      for (int i = 0; i < gateways; i++) {
        GatewayId id = new GatewayId("g" + i);
        GatewayRecord record =
            new GatewayRecord(
                id,
                GatewayMode.LEASED,
                "",
                "",
                lease.value(),
                GatewayIdentity.UNSAID,
                Engine.FIRST,
                Records.FORMAT);
        for (LeaseKind kind : LeaseKind.values()) {
          var _ = store.put(Keys.gateway(id, kind), Records.encode(record), StateStore.ANY, lease);
        }
      }
      KnownFleet.Decoded decoded = new KnownFleet.Decoded();
      for (int i = 0; i < MOVES; i++) {
        try (FleetFollower fleet = new FleetFollower(store, partition(i), decoded, () -> {})) {
          fleet.start();
          assertThat(fleet.list().gateways()).hasSize(gateways);
          assertThat(fleet.view().gateways()).hasSize(gateways);
        }
      }
      assertThat(decoded.records()).isEqualTo(2L * gateways);
    }
  }
}
