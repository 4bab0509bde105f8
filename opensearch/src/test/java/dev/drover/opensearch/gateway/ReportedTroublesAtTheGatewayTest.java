package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What users of other proxies and clients have reported, each by the input that led to it.
@SuppressWarnings("NullAway.Init")
class ReportedTroublesAtTheGatewayTest {
  private static final String SHAPE =
      "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}";
  private static final Duration HOME_TIMEOUT = Duration.ofSeconds(2);

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    for (String index : List.of("all-orders", "one-orders", "two-orders", "three-orders")) {
      a.call("PUT", "/" + index, SHAPE);
    }
    for (String index : List.of("one-orders", "two-orders")) {
      b.call("PUT", "/" + index, SHAPE);
    }
    rig =
        new GatewayRig(
            a.port(),
            b.port(),
            Map.of(
                "one", "a/index:one-*",
                "two", "a/index:two-*",
                "three", "a/index:three-*",
                "acme", "a/shared:all-*"),
            HttpClient.Version.HTTP_1_1,
            HOME_TIMEOUT);
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  /// opensearch-project/opensearch-migrations 1087: a home gave other ids when a write was sent
  /// again.
  @Test
  void aDocumentWithoutAnIdThatWaitsThroughAMoveIsWrittenOnce() throws Exception {
    rig.drain("one", "b/index:one-*#1");
    rig.hold("one");
    List<CompletableFuture<Answer>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(rig.begin("one", "POST", "/orders/_doc", "{\"n\":" + i + "}"));
    }
    Thread.sleep(200);
    rig.flip("one");
    HashSet<String> ids = new HashSet<>();
    for (CompletableFuture<Answer> each : waiting) {
      assertThat(each.get().status()).as(each.get().body()).isEqualTo(201);
      ids.add(each.get().json().path("_id").asString());
    }
    b.call("POST", "/one-orders/_refresh", "");
    assertThat(ids).hasSize(10);
    assertThat(b.call("GET", "/one-orders/_count", "").path("count").asInt()).isEqualTo(10);
    assertThat(a.call("GET", "/one-orders/_count", "").path("count").asInt()).isZero();
  }

  /// vectordotdev/vector 2968, logstash-output-elasticsearch 1631: a bulk was answered with 200,
  /// and its items that had failed were forgotten.
  @Test
  void aBulkThatWaitsThroughAMoveSaysOfEachItemWhatBecameOfIt() throws Exception {
    rig.drain("two", "b/index:two-*#1");
    rig.hold("two");
    CompletableFuture<Answer> bulk =
        rig.begin(
            "two",
            "POST",
            "/orders/_bulk",
            """
            {"index":{"_id":"1"}}
            {"n":1}
            {"index":{"_id":"2"}}
            {"n":"no number"}
            {"create":{"_id":"1"}}
            {"n":3}
            {"delete":{"_id":"none"}}
            {"index":{"_id":"4"}}
            {"n":4}
            """);
    Thread.sleep(200);
    assertThat(bulk).isNotDone();
    rig.flip("two");
    JsonNode answer = bulk.get().json();
    assertThat(answer.path("errors").asBoolean()).isTrue();
    List<Integer> statuses = new ArrayList<>();
    answer
        .path("items")
        .forEach(each -> statuses.add(each.iterator().next().path("status").asInt()));
    assertThat(statuses).containsExactly(201, 400, 409, 404, 201);
    assertThat(answer.at("/items/1/index/error/type").asString())
        .isEqualTo("mapper_parsing_exception");
    b.call("POST", "/two-orders/_refresh", "");
    assertThat(b.call("GET", "/two-orders/_count", "").path("count").asInt()).isEqualTo(2);
  }

  /// olivere/elastic 445: a write that was sent again after 504 was there twice.
  @Test
  void aWriteWhoseAnswerDoesNotComeIsSaidToBeUnknownAndHarmlessTwice() throws Exception {
    long pid = a.process().pid();
    assertThat(new ProcessBuilder("kill", "-STOP", "" + pid).start().waitFor()).isZero();
    Answer first;
    try {
      first = rig.ask("three", "PUT", "/orders/_doc/once", "{\"n\":1}");
    } finally {
      assertThat(new ProcessBuilder("kill", "-CONT", "" + pid).start().waitFor()).isZero();
    }
    assertThat(first.status()).isEqualTo(503);
    assertThat(first.json().path("error").path("type").asString())
        .isEqualTo("drover_outcome_unknown");
    Answer again = rig.ask("three", "PUT", "/orders/_doc/once", "{\"n\":1}");
    assertThat(again.status()).isIn(200, 201);
    a.call("POST", "/three-orders/_refresh", "");
    assertThat(a.call("GET", "/three-orders/_count", "").path("count").asInt()).isEqualTo(1);
  }

  /// elastic/elasticsearch 142405 and 111751: a cursor of a node that is gone was answered with
  /// 500.
  @Test
  void aCursorWhoseIndexIsPurgedIsAnsweredAsOneThatHasExpired() throws Exception {
    for (int i = 0; i < 5; i++) {
      rig.ask("acme", "PUT", "/orders/_doc/c" + i, "{\"n\":1}");
    }
    rig.ask("acme", "POST", "/orders/_refresh", "");
    String id =
        rig.ask("acme", "POST", "/orders/_search?scroll=1m", "{\"size\":2}")
            .json()
            .path("_scroll_id")
            .asString();
    a.call("DELETE", "/_search/scroll/_all", "");
    Answer answer = rig.ask("acme", "POST", "/_search/scroll", "{\"scroll_id\":\"" + id + "\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("search_context_missing_exception");
  }

  /// elastic/cli 499 and 106: `.`, `..` and empty parts of a path made the deletion of one index
  /// one of all.
  @Test
  void aDeletionOfAnIndexIsOfThatOne() throws Exception {
    for (String path :
        List.of(
            "/.",
            "/..",
            "/",
            "/%2e",
            "/%2E%2E",
            "//",
            "/orders/..",
            "/*",
            "/_all",
            "/orders,*",
            "/-orders")) {
      Answer answer = rig.ask("three", "DELETE", path, "");
      assertThat(answer.status()).as(path).isBetween(400, 405);
    }
    assertThat(a.ask("HEAD", "/three-orders", "").status()).isEqualTo(200);
    assertThat(a.ask("HEAD", "/all-orders", "").status()).isEqualTo(200);
  }
}
