package dev.drover.app.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.control.ControlException;
import dev.drover.control.MoveSummary;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("alone")
class WholeMoveTest {
  @TempDir Path data;

  @Test
  void aScopeMovesToANewerRedisUnderWritersAndIsNotBegunBack() throws Exception {
    Assumptions.assumeTrue(
        RedisServerProcess.available(Version.INSTALLED), "needs an installed redis-server");
    try (RedisServerProcess six = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess seven = RedisServerProcess.start(Version.INSTALLED);
        Fleet fleet = new Fleet(data, six, seven)) {
      GatewayServer one = fleet.gateway("g1", GatewayMode.LEASED);
      GatewayServer two = fleet.gateway("g2", GatewayMode.LEASED);
      try (Traffic traffic = new Traffic(one.port(), two.port())) {
        traffic.fill(5_000);
        traffic.start();
        MoveSummary there = fleet.move("b");
        Traffic.Result result = traffic.stop();
        assertCompleted(there);
        assertNothingWasLost(result);
        assertThat(result.errors()).isEmpty();
        assertThatThrownBy(() -> fleet.begin("a"))
            .isInstanceOf(ControlException.class)
            .hasMessageContaining("older than 7.");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(GatewayMode.class)
  void aScopeMovesThereAndBackUnderWritersAndNothingIsLost(GatewayMode mode) throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      GatewayServer one = fleet.gateway("g1", mode);
      GatewayServer two = fleet.gateway("g2", GatewayMode.LEASED);
      try (Traffic traffic = new Traffic(one.port(), two.port())) {
        traffic.fill(5_000);
        traffic.start();
        MoveSummary there = fleet.move("b");
        Thread.sleep(200);
        MoveSummary back = fleet.move("a");
        Traffic.Result result = traffic.stop();
        System.out.println(
            result
                + " held there "
                + there.writesHeldNanos() / 1e6
                + " ms, back "
                + back.writesHeldNanos() / 1e6);
        assertCompleted(there);
        assertCompleted(back);
        assertNothingWasLost(result);
        if (mode == GatewayMode.LEASED) {
          assertThat(result.errors()).isEmpty();
        }
      }
    }
  }

  @Test
  void keysUnderNoScopeStayAtTheDefaultHome() throws Exception {
    try (RedisServerProcess a = RedisServerProcess.start(Version.V6_2);
        RedisServerProcess b = RedisServerProcess.start(Version.V6_2);
        Fleet fleet = new Fleet(data, a, b)) {
      GatewayServer one = fleet.gateway("g1", GatewayMode.LEASED);
      RedisClient client = RedisClient.create("redis://127.0.0.1:" + one.port());
      try {
        RedisCommands<String, String> redis = client.connect().sync();
        redis.set("other", "1");
        redis.set("app:x", "2");
        fleet.move("b");
        assertThat(redis.get("other")).isEqualTo("1");
        assertThat(redis.get("app:x")).isEqualTo("2");
      } finally {
        client.shutdown();
      }
    }
  }

  private static void assertCompleted(MoveSummary move) {
    assertThat(move.outcome()).as(move.reason()).isEqualTo(MoveSummary.Result.COMPLETED);
  }

  private static void assertNothingWasLost(Traffic.Result result) {
    assertThat(result.acknowledged()).isPositive();
    assertThat(result.lost()).isEmpty();
    assertThat(result.stale()).isEmpty();
  }
}
