package dev.drover.app.whole;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.control.MoveSummary;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.store.CountedStore;
import dev.drover.store.CountedStore.Operation;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How much is asked of the store: nothing for a request, and for a move a number that depends on
/// the gateways alone.
class StoreTrafficTest {
  /// What a controller writes for one move: the record seven times (Draining, two steps noted,
  /// Cutover, Opening, Active, the debt struck), the certificate twice (with the opening, and with
  /// what was found at the old home), the request into the queue and out of it, the driver's key
  /// and its end, and the history.
  private static final long CONTROLLER_WRITES = 14;

  /// Draining, Cutover, Opening.
  private static final long RECEIPTS_PER_GATEWAY = 3;

  @TempDir Path data;

  @ParameterizedTest
  @CsvSource({"1, 10, 0", "2, 10, 50", "3, 10, 0", "1, 20000, 2000"})
  void aMoveWritesAConstantNumberAndOneReceiptForEachGatewayAndStep(
      int gateways, int keys, int requests) throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      int[] ports = new int[gateways];
      for (int i = 0; i < gateways; i++) {
        ports[i] = fleet.gateway("g" + i, GatewayMode.LEASED).port();
      }
      try (Traffic traffic = new Traffic(ports)) {
        traffic.fill(keys);
      }
      CountedStore controller = fleet.controller().store();
      long before = writes(controller);
      List<Long> gatewaysBefore = fleet.gatewayStores().stream().map(this::writes).toList();
      var move = fleet.beginPatiently("b");
      request(ports[0], requests);
      MoveSummary end = fleet.await(move);
      assertThat(end.outcome()).as(end.reason()).isEqualTo(MoveSummary.Result.COMPLETED);
      assertThat(end.attempts()).isEqualTo(1);
      fleet.awaitReleased();
      assertThat(writes(controller) - before).isEqualTo(CONTROLLER_WRITES);
      List<Long> receipts = new ArrayList<>();
      for (int i = 0; i < gateways; i++) {
        receipts.add(writes(fleet.gatewayStores().get(i)) - gatewaysBefore.get(i));
      }
      assertThat(receipts).hasSize(gateways).allMatch(each -> each == RECEIPTS_PER_GATEWAY);
    }
  }

  private long writes(CountedStore store) {
    return store.count(Operation.PUT) + store.count(Operation.DELETE);
  }

  @Test
  void requestsInLeasedModeAskNothingOfTheStore() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      GatewayServer leased = fleet.gateway("leased", GatewayMode.LEASED);
      GatewayServer fresh = fleet.gateway("fresh", GatewayMode.FRESH);
      Map<Operation, Long> before = counts(fleet.gatewayStores().get(0));
      long freshBefore = fleet.gatewayStores().get(1).count(Operation.GET);
      request(leased.port(), 2_000);
      request(fresh.port(), 10);
      assertThat(counts(fleet.gatewayStores().get(0))).isEqualTo(before);
      // The counters count: in fresh mode each write and each read reads twice.
      assertThat(fleet.gatewayStores().get(1).count(Operation.GET) - freshBefore).isEqualTo(40);
    }
  }

  /// All but keep-alives.
  private static Map<Operation, Long> counts(CountedStore store) {
    Map<Operation, Long> counts = new EnumMap<>(Operation.class);
    for (Operation each : Operation.values()) {
      if (each != Operation.KEEP_ALIVE) {
        counts.put(each, store.count(each));
      }
    }
    return counts;
  }

  /// Writes and reads as often as that.
  private static void request(int port, int times) {
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
    try {
      RedisCommands<String, String> redis = client.connect().sync();
      for (int i = 0; i < times; i++) {
        redis.set("app:counted", Integer.toString(i));
        assertThat(redis.get("app:counted")).isEqualTo(Integer.toString(i));
      }
    } finally {
      client.shutdown();
    }
  }
}
