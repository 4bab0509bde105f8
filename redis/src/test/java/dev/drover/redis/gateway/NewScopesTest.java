package dev.drover.redis.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a gateway knows of its scopes when it is asked for the first time.
@Timeout(120)
class NewScopesTest {
  private static final int CLIENTS = 25;

  /// One loop gathers the scopes while the others are asked too: none may take a key for one under
  /// no scope, which would go to the default home past the gate. Each gateway does that once, so
  /// many are begun.
  @Test
  void theFirstRequestsOnAllLoopsAtOnceKnowTheirScope() throws Exception {
    for (int i = 0; i < 80; i++) {
      GatewayRig.Setup setup =
          GatewayRig.Setup.usual()
              .servers(Version.V6_2)
              .inner(false)
              .hold(Duration.ofMillis(1), 64L << 20, 10_000);
      List<RawRedis> clients = new ArrayList<>();
      try (GatewayRig rig = new GatewayRig(setup);
          RawRedis home = rig.a.client();
          AutoCloseable _ = () -> clients.forEach(RawRedis::close)) {
        home.call("SET", "app:held", "v");
        rig.drain();
        rig.hold();
        for (int k = 0; k < CLIENTS; k++) {
          RawRedis client = new RawRedis(rig.gateway.port());
          clients.add(client);
          client.send("APPEND", "app:held", "x");
          client.flush();
        }
        for (RawRedis client : clients) {
          assertThatThrownBy(client::receive).hasMessageStartingWith("QUIESCED");
        }
        assertThat(home.call("GET", "app:held")).isEqualTo("v");
      }
    }
  }
}
