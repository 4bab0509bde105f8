package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import dev.drover.opensearch.tenant.DeletesIndex;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway in mode `fresh`: without a lease, by the record alone.
@SuppressWarnings("NullAway.Init")
class FreshModeTest {
  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    rig =
        rig(
            a.port(),
            b.port(),
            Map.of("acme", "a/index:acme-*", "still", "a/index:still-*", "gone", "a/index:gone-*"));
  }

  private static GatewayRig rig(int portA, int portB, Map<String, String> tenants)
      throws Exception {
    return new GatewayRig(
        portA,
        portB,
        tenants,
        HttpClient.Version.HTTP_1_1,
        Duration.ofSeconds(20),
        GatewayRig.Shown.usual(GatewayMode.FRESH));
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  @Test
  void aTenantIsServedBeforeInAndAfterAMove() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(rig.ask("acme", "PUT", "/orders/_doc/" + i, "{\"n\":1}").status()).isEqualTo(201);
    }
    Answer search = rig.ask("acme", "POST", "/orders/_search?scroll=1m", "{\"size\":2}");
    rig.drain("acme", "b/index:acme-*#1");
    assertThat(rig.ask("acme", "PUT", "/orders/_doc/5", "{\"n\":1}").status()).isEqualTo(201);
    assertThat(rig.ask("acme", "DELETE", "/orders/_doc/0", "").status()).isEqualTo(200);
    a.call("POST", "/" + DeletesIndex.NAME + "/_refresh", "");
    assertThat(a.call("GET", "/" + DeletesIndex.NAME + "/_search?q=partition:acme", "").toString())
        .contains("\"id\":\"0\"");
    rig.hold("acme");
    CompletableFuture<Answer> held = rig.begin("acme", "PUT", "/orders/_doc/6", "{\"n\":1}");
    assertThat(rig.ask("acme", "GET", "/orders/_doc/5", "").status()).isEqualTo(200);
    Thread.sleep(200);
    assertThat(held.isDone()).isFalse();
    rig.flip("acme");
    assertThat(held.get().status()).as(held.get().body()).isEqualTo(201);
    assertThat(b.ask("GET", "/acme-orders/_doc/6", "").status()).isEqualTo(200);
    assertThat(a.ask("GET", "/acme-orders/_doc/6", "").status()).isEqualTo(404);
    String next =
        "{\"scroll\":\"1m\",\"scroll_id\":\"%s\"}"
            .formatted(search.json().path("_scroll_id").asString());
    assertThat(rig.ask("acme", "POST", "/_search/scroll", next).status()).isEqualTo(200);
  }

  @Test
  void aLongAnswerAndALongBodyPass() throws Exception {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      bulk.append("{\"index\":{\"_id\":\"%d\"}}\n{\"t\":\"%s\"}\n".formatted(i, "x".repeat(500)));
    }
    Answer written = rig.ask("still", "POST", "/orders/_bulk?refresh=true", bulk.toString());
    assertThat(written.json().path("errors").asBoolean()).as("errors").isFalse();
    Answer all = rig.ask("still", "POST", "/orders/_search", "{\"size\":2000}");
    assertThat(all.json().path("hits").path("hits")).hasSize(2_000);
    Answer deleted =
        rig.ask("still", "POST", "/orders/_delete_by_query", "{\"query\":{\"match_all\":{}}}");
    assertThat(deleted.json().path("deleted").asInt()).isEqualTo(2_000);
  }

  @Test
  void whatNeedsToBeToldOfMovesIsRefused() throws Exception {
    assertThat(rig.ask("still", "PUT", "/more", "{}").body()).contains("in mode 'fresh'");
    assertThat(rig.ask("still", "DELETE", "/more", "").body()).contains("in mode 'fresh'");
  }

  @Test
  void withoutTheRecordNothingIsDone() throws Exception {
    rig.storeAway = true;
    try {
      Answer answer = rig.ask("gone", "PUT", "/orders/_doc/1", "{}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("nothing was done");
    } finally {
      rig.storeAway = false;
    }
    assertThat(rig.ask("gone", "GET", "/orders/_doc/1", "").status()).isEqualTo(404);
  }

  /// The home is a server of the test's own, which answers when the test wants it to.
  @Test
  void whatBeganAndEndedInTwoEpochsIsUnknownOrAskedAgain() throws Exception {
    Semaphore answers = new Semaphore(0);
    AtomicInteger asked = new AtomicInteger();
    HttpServer home =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    home.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    home.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          asked.incrementAndGet();
          answers.acquireUninterruptibly();
          byte[] body = "{\"_index\":\"acme-orders\"}".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    home.start();
    int port = home.getAddress().getPort();
    try (GatewayRig slow = rig(port, port, Map.of("acme", "a/index:acme-*"))) {
      CompletableFuture<Answer> write = slow.begin("acme", "PUT", "/orders/_doc/1", "{}");
      CompletableFuture<Answer> read = slow.begin("acme", "GET", "/orders/_doc/1", "");
      while (asked.get() < 2) {
        Thread.sleep(5);
      }
      slow.drain("acme", "b/index:acme-*#1");
      slow.hold("acme");
      slow.flip("acme");
      answers.release(2);
      assertThat(write.get().status()).isEqualTo(503);
      assertThat(write.get().body()).contains("drover_outcome_unknown");
      while (asked.get() < 3) {
        Thread.sleep(5);
      }
      assertThat(read.isDone()).isFalse();
      answers.release();
      assertThat(read.get().status()).isEqualTo(200);
      assertThat(asked).hasValue(3);
    } finally {
      answers.release(10);
      home.stop(0);
    }
  }
}
