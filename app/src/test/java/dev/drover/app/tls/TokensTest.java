package dev.drover.app.tls;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.app.ServerProcess;
import dev.drover.app.StartException;
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

/// What gateways show must not be good for the API.
@Timeout(60)
class TokensTest {
  @TempDir Path directory;

  @Test
  void aGatewayTokenThatIsTheServersIsRefused() throws Exception {
    String secret = "one-long-text-for-both-of-them";
    try (RedisServerProcess blue = RedisServerProcess.start(Version.V6_2)) {
      Config config =
          ConfigReader.parse(
              directory.resolve("drover.yaml"),
              """
              server: {listen: "127.0.0.1:%d", store: "127.0.0.1:%d", token: %s, gatewayToken: %s}
              homes:
                - {name: blue, host: 127.0.0.1, port: %d}
              scopes:
                - {prefix: "app:", home: blue}
              """
                  .formatted(Ports.free(), Ports.free(), secret, secret, blue.port()));
      assertThatThrownBy(() -> ServerProcess.start(config, Map.of()).close())
          .isInstanceOf(StartException.class)
          .hasMessageContaining("server.gatewayToken is the same as server.token")
          .hasMessageNotContaining(secret);
    }
  }
}
