package dev.drover.app.past;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.StartException;
import dev.drover.app.config.Config;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.redis.wire.RespConnection;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.records.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Stores that have lost the past.
@Timeout(120)
class PastTest {
  @TempDir Path directory;
  private RedisServerProcess blue;
  private RedisServerProcess green;
  private Site site;

  @BeforeEach
  void start() throws Exception {
    blue = RedisServerProcess.start(Version.V6_2);
    green = RedisServerProcess.start(Version.V6_2);
    site = new Site(directory, blue, green);
  }

  @AfterEach
  void stop() {
    blue.close();
    green.close();
  }

  /// What an operator does who plays a backup back.
  private void moveToGreenAndPlayTheStoreBack() throws Exception {
    Config config = site.config();
    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      site.setThroughGateway("app:1", "old");
    }
    byte[] backup = Files.readAllBytes(site.storeLog());
    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      site.move("green");
      site.setThroughGateway("app:1", "new");
    }
    Files.write(site.storeLog(), backup);
  }

  @Test
  void repairWaitsForTheLeaseOfAServerThatWasKilled() throws Exception {
    Config config = site.config();
    try (ServerProcess _ = site.server(config)) {
      assertThat(site.client().json("/v1/status").texts("problems")).isEmpty();
    }
    try (EmbeddedStore store = EmbeddedStore.open(config.server().data())) {
      LeaseId lease = store.lease(Duration.ofSeconds(3));
      store.put(Keys.server("killed"), new byte[1], StateStore.ANY, lease);
    }
    assertThat(site.repair(config, Map.of(), false).needed()).isFalse();
  }

  @Test
  void aStoreThatIsOlderThanWhatHomesAndGatewaysHaveSeenIsRefusedAndMendedByThem()
      throws Exception {
    moveToGreenAndPlayTheStoreBack();
    Config config = site.config();

    assertThatThrownBy(() -> site.server(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the store has lost the past")
        .hasMessageContaining("gateway g1: 'redis/app:' was in epoch 4 at home 'green'")
        .hasMessageContaining("home 'green': a driver of 'redis/app:' had term 1")
        .hasMessageContaining("drover repair")
        .hasMessageContaining("--accept-lost-past");
    byte[] before = Files.readAllBytes(site.storeLog());
    assertThat(site.repair(config, Map.of(), false).lines())
        .anyMatch(
            line -> line.startsWith("plan: 'redis/app:'") && line.contains("will be at 'green'"));
    assertThat(site.repair(config, Map.of(), true).decided()).isTrue();
    assertThat(before).isNotEmpty();

    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      assertThat(site.getThroughGateway("app:1")).isEqualTo("new");
      site.move("blue");
      assertThat(site.getThroughGateway("app:1")).isEqualTo("new");
    }
  }

  /// A gateway that has seen nothing yet would serve by it.
  @Test
  void aStoreThatIsRefusedIsNeverServedToGateways() throws Exception {
    moveToGreenAndPlayTheStoreBack();
    Config config = site.config();
    try (RespConnection home = RedisBinary.connect(site.green.port())) {
      // The server has to wait for this witness.
      home.call("CLIENT", "PAUSE", "3000", "ALL");
    }
    CompletableFuture<Throwable> start =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> site.server(config).close()),
            task -> Thread.ofVirtual().start(task));
    int accepted = 0;
    while (!start.isDone()) {
      accepted += listens(site.storePort()) ? 1 : 0;
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(start.get()).hasMessageContaining("the store has lost the past");
    assertThat(accepted).isZero();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void anEmptyStoreOverHomesThatWereServedIsRefusedAndGoesOnByAnOperatorsWord() throws Exception {
    Config config = site.config();
    try (ServerProcess _ = site.server(config);
        GatewayProcess _ = site.gateway(config)) {
      site.setThroughGateway("app:1", "1");
    }
    site.forgetStore();

    assertThatThrownBy(() -> site.server(config))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("home 'blue'")
        .hasMessageContaining("a store without a name");
    try (ServerProcess _ =
            ServerProcess.start(config, Map.of(), new ServerProcess.Accepted(true, false));
        GatewayProcess _ = site.gateway(config)) {
      assertThat(site.getThroughGateway("app:1")).isEqualTo("1");
      site.move("green");
    }
    try (ServerProcess _ = site.server(config)) {
      assertThat(site.client().json("/v1/partitions").items().getFirst().text("home"))
          .isEqualTo("green");
    }
  }

  @Test
  void garbageWhereATermShouldBeIsNamedWithItsKey() throws Exception {
    Site.set(green.port(), "drover:fence:app:", "hello");
    assertThatThrownBy(() -> site.server(site.config()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("home 'green'")
        .hasMessageContaining("drover:fence:app:")
        .hasMessageContaining("hello");
  }
}
