package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.StateStore;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.WitnessRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallbacksTest {
  @Test
  void aServerAndMoreThanHalfOfTheGatewaysHaveToSayThatAHomeIsLost() {
    assertThat(agreed(said("server"), 3)).as("only the server").isFalse();
    assertThat(agreed(said("g1", "g2", "g3"), 3)).as("not the server").isFalse();
    assertThat(agreed(said("server", "g1"), 3)).as("one of three").isFalse();
    assertThat(agreed(said("server", "g1"), 2)).as("one of two").isFalse();
    assertThat(agreed(said("server", "g1", "g2"), 3)).isTrue();
    assertThat(agreed(said("server", "g1"), 1)).isTrue();
    assertThat(agreed(said("server"), 0)).as("nobody is served").isFalse();
  }

  @Test
  void gatewaysOfOtherEnginesNeitherCountNorAreAsked() {
    Engine other = new Engine("other");
    Map<GatewayId, Engine> gateways =
        Map.of(
            new GatewayId("g1"), Engine.FIRST,
            new GatewayId("o1"), other,
            new GatewayId("o2"), other);
    assertThat(Fallbacks.agreed(said("server", "g1"), gateways, Engine.FIRST)).isTrue();
    assertThat(Fallbacks.agreed(said("server", "o1", "o2"), gateways, Engine.FIRST)).isFalse();
    assertThat(Fallbacks.agreed(said("server", "o1", "g1"), gateways, other)).isFalse();
  }

  private static boolean agreed(List<WitnessRecord> said, int gateways) {
    Map<GatewayId, Engine> all = new HashMap<>();
    for (int i = 1; i <= gateways; i++) {
      all.put(new GatewayId("g" + i), Engine.FIRST);
    }
    return Fallbacks.agreed(said, all, Engine.FIRST);
  }

  @Test
  void noMoveGoesToAHomeThatSomeoneDoesNotReachUnlessItIsTheFallbackOfALostOne() throws Exception {
    PartitionId id = new PartitionId(Engine.FIRST, "app:");
    HomeId b = new HomeId("b");
    try (StateStore store = MemoryStore.create();
        Controller controller = controller(store, 1)) {
      controller.create(id, new Placement(new HomeId("a"), "app:"));
      controller.start();
      String key = Keys.witness(b, true, "g2");
      WitnessRecord word = new WitnessRecord(b, "g2", true, 0, "connection refused", "");
      store.put(key, Records.encode(word), StateStore.ABSENT, null);
      assertThatThrownBy(() -> controller.submit(MoveBody.of("app:", "b")))
          .isInstanceOf(ControlException.class)
          .hasMessage("gateway g2 does not reach home 'b' (connection refused); move when it does");
      assertThat(controller.preflight(controller.request(MoveBody.takeover(id, b))).refused())
          .isFalse();
      store.delete(key, StateStore.ANY);
      assertThat(controller.preflight(controller.request(MoveBody.takeover(id, b))).findings())
          .noneMatch(finding -> finding.check().equals("target-reached"));
    }
  }

  @Test
  void aTakeoverTakesThePlaceOfAMoveThatWaits() throws Exception {
    PartitionId id = new PartitionId(Engine.FIRST, "app:");
    HomeId b = new HomeId("b");
    try (StateStore store = MemoryStore.create();
        Controller controller = controller(store, 0)) {
      controller.create(id, new Placement(new HomeId("a"), "app:"));
      controller.start();
      MoveId ordinary = controller.submit(MoveBody.of("app:", "b"));
      MoveId takeover = controller.submit(MoveBody.takeover(id, b));
      assertThat(controller.queued()).extracting(MoveRequest::id).containsExactly(takeover);
      assertThat(controller.history().find(ordinary))
          .get()
          .extracting(MoveSummary::reason)
          .asString()
          .contains("takes over");
      assertThatThrownBy(() -> controller.submit(MoveBody.takeover(id, b)))
          .hasMessageContaining("queued already");
    }
  }

  private static Controller controller(StateStore store, int movesPerHomeMax) {
    return new Controller(
        TestControllers.options(
            movesPerHomeMax, Map.of(new PartitionId(Engine.FIRST, "app:"), new HomeId("b"))),
        store,
        Map.of(Engine.FIRST, new NothingMover(Engine.FIRST)),
        TestControllers.HOMES);
  }

  private static List<WitnessRecord> said(String... who) {
    return Arrays.stream(who)
        .map(
            name ->
                new WitnessRecord(
                    new HomeId("a"), name, !name.equals("server"), 0, "connection refused", ""))
        .toList();
  }
}
