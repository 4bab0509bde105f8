package dev.drover.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.engine.Ports;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Server and gateway on a store that somebody else runs.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoresTest {
  @TempDir Path directory;

  private Config config(RedisServerProcess home, int storePort, String more) throws Exception {
    return ConfigReader.parse(
        directory.resolve("drover.yaml"),
        """
        server: {listen: "127.0.0.1:%d"}
        store: {kind: redis, address: "127.0.0.1:%d"%s}
        homes:
          - {name: a, host: 127.0.0.1, port: %d}
        scopes:
          - {prefix: "app:", home: a}
        gateways:
          - {name: g1, listen: "127.0.0.1:%d", loops: 1}
        """
            .formatted(Ports.free(), storePort, more, home.port(), Ports.free()));
  }

  @Test
  void serverAndGatewayRefuseASingleRedisUnlessToldToAcceptWhatItMayLose() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start(Version.V6_2)) {
      Config untold = config(redis, redis.port(), "");
      Config.Gateway gateway = untold.gateways().getFirst();
      assertThatThrownBy(() -> ServerProcess.start(untold, Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("who owns which scope")
          .hasMessageContaining("store.acceptDataLoss: true");
      assertThatThrownBy(() -> GatewayProcess.start(untold, gateway, Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("store.acceptDataLoss: true");
      Config told = config(redis, redis.port(), ", acceptDataLoss: true");
      try (ServerProcess server = ServerProcess.start(told, Map.of());
          GatewayProcess running =
              GatewayProcess.start(told, told.gateways().getFirst(), Map.of())) {
        assertThat(server.ready()).contains("store Redis at 127.0.0.1:" + redis.port());
        assertThat(running.ready()).contains("is ready");
      }
    }
  }

  @Test
  void aServerWhoseStoreIsAwayDoesNotStartAndSaysWhy() throws Exception {
    try (RedisServerProcess redis = RedisServerProcess.start(Version.V6_2)) {
      int nobody = Ports.free();
      Config config = config(redis, nobody, ", acceptDataLoss: true");
      assertThatThrownBy(() -> ServerProcess.start(config, Map.of()))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("127.0.0.1:" + nobody);
    }
  }
}
