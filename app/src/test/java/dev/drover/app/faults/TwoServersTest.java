package dev.drover.app.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.app.config.TokenFile;
import dev.drover.app.whole.Traffic;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.engine.Ports;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.etcd.EtcdStore;
import dev.drover.store.etcd.testing.EtcdCluster;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Two servers and a gateway on one etcd, each a process of its own: one drives, the other can do
/// whatever an operator asks of it, and takes over when the first is killed.
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("alone")
class TwoServersTest {
  private static final PartitionId SCOPE = RedisEngine.scope("app:");

  /// Slow enough to be looked at while it copies.
  private static final String SLOWLY = ",\"itemsPerSecondMax\":3000";

  private static final String ABORT = "/v1/abort?partition=app:";
  private static final String EXPLAIN = "/v1/explain?partition=app:";

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int[] ports = new int[2];
  private int gatewayPort;
  private EtcdCluster etcd;
  private RedisServerProcess a;
  private RedisServerProcess b;
  private Processes processes;
  private EtcdStore store;

  @BeforeEach
  void start() throws Exception {
    Version version =
        RedisServerProcess.available(Version.INSTALLED) ? Version.INSTALLED : Version.V6_2;
    a = RedisServerProcess.start(version, "--appendonly", "yes");
    b = RedisServerProcess.start(version, "--appendonly", "yes");
    etcd = EtcdCluster.start(directory, 1);
    store =
        EtcdStore.connect(
            EtcdOptions.defaults(etcd.endpoints())
                .withTimeouts(
                    Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofSeconds(3)));
    processes = new Processes(directory);
    gatewayPort = Ports.free();
    for (int i = 0; i < 2; i++) {
      ports[i] = Ports.free();
      Files.writeString(config(i), text(i));
      processes.start("s" + i, "server", config(i), ports[i]);
    }
    processes.start("g1", "gateway", config(0), gatewayPort);
  }

  private Path config(int server) {
    return directory.resolve("drover-" + server + ".yaml");
  }

  private String text(int server) {
    return """
    server: {name: s%d, listen: "127.0.0.1:%d", data: "data-%d"}
    store: {kind: etcd, endpoints: ["%s"]}
    homes:
      - {name: a, host: 127.0.0.1, port: %d}
      - {name: b, host: 127.0.0.1, port: %d}
    scopes:
      - {prefix: "app:", home: a}
    gateways:
      - {name: g1, listen: "127.0.0.1:%d", loops: 1}
    """
        .formatted(
            server, ports[server], server, etcd.endpoint(0), a.port(), b.port(), gatewayPort);
  }

  @AfterEach
  void stop() throws Exception {
    processes.close();
    store.close();
    etcd.close();
    a.close();
    b.close();
    http.close();
  }

  private String get(int server, String path) throws Exception {
    return send(server, HttpRequest.newBuilder().GET(), path).body();
  }

  private HttpResponse<String> post(int server, String path, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder();
    return send(server, request.POST(HttpRequest.BodyPublishers.ofString(body)), path);
  }

  private HttpResponse<String> send(int server, HttpRequest.Builder request, String path)
      throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + ports[server] + path);
    String token = TokenFile.read(directory.resolve("data-" + server), TokenFile.NAME).orElse("");
    request.header("Content-Type", "application/json").header("Authorization", "Bearer " + token);
    return http.send(request.uri(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private boolean drives(int server) throws Exception {
    return get(server, "/health").contains("\"drives\":true");
  }

  /// The server that drives; exactly one does.
  private int driving() throws Exception {
    assertThat(drives(0)).as(processes.logs()).isNotEqualTo(drives(1));
    return drives(0) ? 0 : 1;
  }

  private Partition record() throws Exception {
    String key = Keys.partition(SCOPE);
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  private void moveAskedAt(int server) throws Exception {
    HttpResponse<String> asked =
        post(server, "/v1/moves", "{\"partition\":\"app:\",\"to\":\"b\"" + SLOWLY + "}");
    assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
    Processes.await("the move to begin", () -> record().ownership() instanceof Ownership.Draining);
  }

  @Test
  void theOtherServerTakesOverWhenTheOneThatDrivesIsKilled() throws Exception {
    try (Traffic traffic = new Traffic(gatewayPort)) {
      traffic.fill(20_000);
      traffic.start();
      int first = driving();
      int second = 1 - first;
      moveAskedAt(second);
      assertThat(record().move().orElseThrow().driver().value()).startsWith("s" + first + ".");
      assertThat(get(second, "/v1/status")).contains("\"drivenBy\":\"s" + first + ".");
      assertThat(get(second, EXPLAIN)).contains("controller s" + first + ".", "which drives it");
      processes.kill("s" + first);
      long killed = System.nanoTime();
      Processes.await("the other to drive", () -> drives(second));
      Duration gap = Duration.ofNanos(System.nanoTime() - killed);
      System.out.println("taken over after " + gap.toMillis() + " ms");
      Processes.await("the move to end", () -> !record().moving() && record().owed().isEmpty());
      assertThat(record().ownership().reads().home().value()).isEqualTo("b");
      Processes.await("its history", () -> get(second, "/v1/history").contains("COMPLETED"));
      Traffic.Result result = traffic.stop();
      assertThat(result.lost()).as(processes.logs()).isEmpty();
      assertThat(result.stale()).isEmpty();
      assertThat(result.acknowledged()).isPositive();
      // The lease, etcd's own half second to notice, and as much again for a busy machine.
      assertThat(gap).isLessThan(Duration.ofSeconds(7));
      processes.start("s" + first, "server", config(first), ports[first]);
      assertThat(driving()).isEqualTo(second);
      assertThat(get(first, "/v1/history")).contains("COMPLETED");
    }
  }

  @Test
  void aMoveIsAbortedAtTheServerThatDoesNotDriveIt() throws Exception {
    try (Traffic traffic = new Traffic(gatewayPort)) {
      traffic.fill(20_000);
      int second = 1 - driving();
      moveAskedAt(second);
      HttpResponse<String> asked = post(second, ABORT, "");
      assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
      Processes.await(
          "the move to be undone", () -> !record().moving() && record().owed().isEmpty());
      assertThat(record().ownership().reads().home().value()).isEqualTo("a");
      for (int server = 0; server < 2; server++) {
        int at = server;
        Processes.await("its history", () -> get(at, "/v1/history").contains("ABORTED"));
      }
      assertThat(store.list("aborts/").entries()).isEmpty();
    }
  }

  @Test
  void aSecondServerOfTheSameNameIsRefused() throws Exception {
    Path config = directory.resolve("twin.yaml");
    int port = Ports.free();
    Files.writeString(config, text(0).replace(":" + ports[0], ":" + port));
    AssertionError refused =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            AssertionError.class, () -> processes.start("twin", "server", config, port));
    assertThat(refused).hasMessageContaining("another server named 's0' runs on this store");
    assertThat(drives(0)).isNotEqualTo(drives(1));
  }
}
