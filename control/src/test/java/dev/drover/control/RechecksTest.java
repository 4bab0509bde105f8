package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Clocks;
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
import dev.drover.store.records.Records;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RechecksTest {
  private static final HomeId A = new HomeId("a");
  private static final HomeId B = new HomeId("b");

  @Test
  void whatWasPromisedLongAgoIsLookedAtAgainWhenAMovesTurnHasCome() throws Exception {
    AtomicLong nanos = new AtomicLong();
    List<String> looked = new ArrayList<>();
    CountDownLatch ended = new CountDownLatch(1);
    Rechecks rechecks =
        new Rechecks(
            new Clocks(nanos::get, System::currentTimeMillis),
            request -> {
              looked.add(request.id().value());
              throw new ControlException(ControlException.Kind.PREFLIGHT, "the target is full");
            },
            ended::countDown);
    MoveRequest request =
        MoveBody.of("app:", "b")
            .request(text -> new PartitionId(Engine.FIRST, text), new MoveId("m"), 1);

    rechecks.passed(request.id());
    rechecks.keep(Set.of());
    assertThat(rechecks.of(request)).isEqualTo(new Rechecks.Result.Passed());
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(rechecks.of(request)).isEqualTo(new Rechecks.Result.Pending());
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(rechecks.of(request)).isEqualTo(new Rechecks.Result.Refused("the target is full"));
    assertThat(looked).containsExactly("m");
  }

  @Test
  void aQueuedMoveWhoseTargetAGatewayDoesNotKnowByThenEndsWithTheReason() throws Exception {
    PartitionId first = new PartitionId(Engine.FIRST, "one:");
    PartitionId second = new PartitionId(Engine.FIRST, "two:");
    CountDownLatch never = new CountDownLatch(1);
    AtomicLong later = new AtomicLong();
    Clocks clocks = new Clocks(() -> System.nanoTime() + later.get(), System::currentTimeMillis);
    try (StateStore store = MemoryStore.create();
        Controller controller =
            new Controller(
                TestControllers.options(1, Map.of(), clocks),
                store,
                Map.of(Engine.FIRST, new NothingMover(Engine.FIRST, never::await)),
                TestControllers.HOMES)) {
      controller.create(first, new Placement(A, "one:"));
      controller.create(second, new Placement(A, "two:"));
      controller.start();
      controller.submit(MoveBody.of("one:", "b"));
      MoveId waiting = controller.submit(MoveBody.of("two:", "b"));
      LeaseId lease = store.lease(Duration.ofMinutes(1));
      register(store, "stranger", lease, A);

      assertThatThrownBy(() -> controller.submit(MoveBody.of("two:", "b")))
          .hasMessageContaining("gateway stranger");
      assertThatThrownBy(() -> controller.submit(MoveBody.takeover(second, B)))
          .hasMessageContaining("gateway stranger");

      while (controller.shell(first).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      later.addAndGet(Duration.ofSeconds(20).toNanos());
      controller.abort(first, "to make room");
      Optional<MoveSummary> end = Optional.empty();
      while (end.isEmpty()) {
        end = controller.history().find(waiting);
        TimeUnit.MILLISECONDS.sleep(10);
      }
      assertThat(end.get().reason()).contains("gateway stranger");
      assertThat(controller.catalog().find(second).orElseThrow().partition().moving()).isFalse();
    }
  }

  private static void register(StateStore store, String name, LeaseId lease, HomeId... homes)
      throws Exception {
    GatewayId id = new GatewayId(name);
    GatewayRecord record =
        new GatewayRecord(
            id,
            GatewayMode.FRESH,
            "",
            "",
            lease.value(),
            GatewayIdentity.of(name, List.of(homes)),
            Engine.FIRST,
            Records.FORMAT);
    for (LeaseKind kind : LeaseKind.values()) {
      var _ = store.put(Keys.gateway(id, kind), Records.encode(record), StateStore.ANY, lease);
    }
  }
}
