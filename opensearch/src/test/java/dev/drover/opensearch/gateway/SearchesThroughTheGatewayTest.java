package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Searches, bulks and cursors through a gateway, at a real cluster, for each kind of placement.
@SuppressWarnings("NullAway.Init")
class SearchesThroughTheGatewayTest {
  private static final String MAPPING =
      "{\"mappings\":{\"properties\":{\"n\":{\"type\":\"integer\"},\"k\":{\"type\":\"keyword\"}}}}";

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    a.call("PUT", "/all-orders", MAPPING);
    a.call("PUT", "/own-orders", MAPPING);
    b.call("PUT", "/orders", MAPPING);
    rig =
        new GatewayRig(
            a.port(),
            b.port(),
            Map.of(
                "acme", "a/shared:all-*",
                "beta", "a/shared:all-*",
                "big", "a/shared:all-*",
                "moving", "a/shared:all-*",
                "own", "a/index:own-*#2",
                "solo", "b/cluster"),
            HttpClient.Version.HTTP_1_1);
    for (String tenant : List.of("acme", "beta", "own", "solo", "moving")) {
      StringBuilder bulk = new StringBuilder();
      for (int i = 0; i < 25; i++) {
        bulk.append(
            "{\"index\":{\"_id\":\"%d\"}}\n{\"n\":%d,\"k\":\"%s\"}\n".formatted(i, i, tenant));
      }
      Answer filled = rig.ask(tenant, "POST", "/orders/_bulk?refresh=true", bulk.toString());
      assertThat(filled.json().get("errors").asBoolean()).as(filled.body()).isFalse();
      assertThat(filled.json().get("items").get(3).get("index").get("_id").asString())
          .isEqualTo("3");
    }
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "own", "solo"})
  void aSearchFindsTheTenantsDocumentsOnly(String tenant) throws Exception {
    Answer all =
        rig.ask(
            tenant,
            "POST",
            "/orders/_search",
            "{\"size\":50,\"query\":{\"range\":{\"n\":{\"lt\":20}}},\"sort\":[\"n\"],"
                + "\"aggs\":{\"k\":{\"terms\":{\"field\":\"k\"}}}}");
    assertThat(all.status()).as(all.body()).isEqualTo(200);
    JsonNode hits = all.json().get("hits");
    assertThat(hits.get("total").get("value").asInt()).isEqualTo(20);
    assertThat(hits.get("hits").get(7).get("_id").asString()).isEqualTo("7");
    assertThat(hits.get("hits").get(7).get("_index").asString()).isEqualTo("orders");
    assertThat(all.json().get("aggregations").get("k").get("buckets")).hasSize(1);
    assertThat(all.body()).doesNotContain("_routing").doesNotContain("all-orders");
    assertThat(rig.ask(tenant, "GET", "/orders/_search?q=n:3", "").json().get("hits").get("total"))
        .hasToString("{\"value\":1,\"relation\":\"eq\"}");
    assertThat(rig.ask(tenant, "GET", "/orders/_count", "").json().get("count").asInt())
        .isGreaterThanOrEqualTo(25);
    Answer several =
        rig.ask(
            tenant,
            "POST",
            "/_mget",
            "{\"docs\":[{\"_index\":\"orders\",\"_id\":\"4\"},{\"_index\":\"orders\",\"_id\":\"none\"}]}");
    assertThat(several.json().get("docs").get(0).get("_source").get("n").asInt()).isEqualTo(4);
    assertThat(several.json().get("docs").get(1).get("found").asBoolean()).isFalse();
    Answer searches =
        rig.ask(
            tenant,
            "POST",
            "/_msearch",
            "{\"index\":\"orders\"}\n{\"query\":{\"term\":{\"n\":1}}}\n{\"index\":\"orders\"}\n{\"size\":0}\n");
    assertThat(searches.json().get("responses")).as(searches.body()).hasSize(2);
    assertThat(searches.json().get("responses").get(0).get("hits").get("hits").get(0).get("_id"))
        .hasToString("\"1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "own", "solo"})
  void aBulkIsAnsweredItemByItem(String tenant) throws Exception {
    Answer bulk =
        rig.ask(
            tenant,
            "POST",
            "/_bulk",
            """
            {"create":{"_index":"orders","_id":"b1"}}
            {"n":1}
            {"create":{"_index":"orders","_id":"b1"}}
            {"n":2}
            {"update":{"_index":"orders","_id":"b1"}}
            {"script":{"source":"ctx._source.n += params.m","params":{"m":40}}}
            {"index":{"_index":"orders"}}
            {"n":"no number"}
            {"delete":{"_index":"orders","_id":"none"}}
            """);
    assertThat(bulk.status()).as(bulk.body()).isEqualTo(200);
    JsonNode items = bulk.json().get("items");
    assertThat(items.get(0).get("create").get("status").asInt()).isEqualTo(201);
    assertThat(items.get(1).get("create").get("status").asInt()).isEqualTo(409);
    assertThat(items.get(1).get("create").get("error").get("reason").asString())
        .startsWith("[b1]:");
    assertThat(items.get(2).get("update").get("result").asString()).isEqualTo("updated");
    assertThat(items.get(3).get("index").get("status").asInt()).isEqualTo(400);
    assertThat(items.get(4).get("delete").get("status").asInt()).isEqualTo(404);
    assertThat(rig.ask(tenant, "GET", "/orders/_source/b1", "").body()).isEqualTo("{\"n\":41}");
    Answer updated =
        rig.ask(tenant, "POST", "/orders/_update/b1?_source=true", "{\"doc\":{\"n\":5}}");
    assertThat(updated.json().get("get").get("_source").get("n").asInt()).isEqualTo(5);
    rig.ask(tenant, "DELETE", "/orders/_doc/b1", "");
  }

  @Test
  void aLargeBulkIsRewrittenWhileItComes() throws Exception {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      bulk.append(
          "{\"index\":{\"_id\":\"x%d\"}}\n{\"n\":%d,\"t\":\"%s\"}\n"
              .formatted(i, i, "y".repeat(500)));
    }
    Answer done = rig.ask("big", "POST", "/orders/_bulk?refresh=true", bulk.toString());
    assertThat(done.json().get("items")).hasSize(5_000);
    assertThat(a.call("GET", "/all-orders/_doc/big:x4999?routing=big", "").get("_routing"))
        .hasToString("\"big\"");
    assertThat(rig.ask("big", "GET", "/orders/_count?q=t:*", "").json().get("count").asInt())
        .isEqualTo(5_000);
    StringBuilder deletes = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      deletes.append("{\"delete\":{\"_id\":\"x%d\"}}\n".formatted(i));
    }
    Answer deleted = rig.ask("big", "POST", "/orders/_bulk?refresh=true", deletes.toString());
    assertThat(deleted.json().get("errors").asBoolean()).isFalse();
    bulk.append("{\"index\":{\"_index\":\"_all\"}}\n{}\n");
    Answer refused = rig.ask("big", "POST", "/orders/_bulk?refresh=true", bulk.toString());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(rig.ask("big", "GET", "/orders/_count?q=t:*", "").json().get("count").asInt())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "own", "solo"})
  void cursorsAreSealedAndEachTenantsOwn(String tenant) throws Exception {
    Answer first =
        rig.ask(
            tenant,
            "POST",
            "/orders/_search?scroll=1m",
            "{\"size\":20,\"sort\":[\"n\"],\"query\":{\"range\":{\"n\":{\"lt\":25}}}}");
    String id = first.json().get("_scroll_id").asString();
    assertThat(id).startsWith("dr2.");
    String next = "{\"scroll\":\"1m\",\"scroll_id\":\"%s\"}".formatted(id);
    Answer second = rig.ask(tenant, "POST", "/_search/scroll", next);
    assertThat(second.json().get("hits").get("hits").get(0).get("_id")).hasToString("\"20\"");
    assertThat(second.json().get("_scroll_id").asString()).startsWith("dr2.");
    assertThat(rig.ask("beta", "POST", "/_search/scroll", next).status()).isEqualTo(404);
    Answer ended =
        rig.ask(tenant, "DELETE", "/_search/scroll", "{\"scroll_id\":[\"%s\"]}".formatted(id));
    assertThat(ended.json().get("num_freed").asInt()).as(ended.body()).isEqualTo(1);
    Answer pit = rig.ask(tenant, "POST", "/orders/_search/point_in_time?keep_alive=1m", "");
    String pitId = pit.json().get("pit_id").asString();
    String search =
        "{\"size\":1,\"query\":{\"match_all\":{}},\"pit\":{\"id\":\"%s\",\"keep_alive\":\"1m\"}}"
            .formatted(pitId);
    Answer found = rig.ask(tenant, "POST", "/_search", search);
    assertThat(found.json().get("hits").get("total").get("value").asInt()).isBetween(25, 40);
    assertThat(rig.ask("beta", "POST", "/_search", search).status()).isEqualTo(404);
    Answer closed =
        rig.ask(
            tenant, "DELETE", "/_search/point_in_time", "{\"pit_id\":[\"%s\"]}".formatted(pitId));
    assertThat(closed.json().get("pits").get(0).get("successful").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "own", "solo"})
  void aQueryDeletesAndUpdates(String tenant) throws Exception {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      bulk.append("{\"index\":{\"_id\":\"q%d\"}}\n{\"q\":%d}\n".formatted(i, i));
    }
    rig.ask(tenant, "POST", "/orders/_bulk?refresh=true", bulk.toString());
    Answer updated =
        rig.ask(
            tenant,
            "POST",
            "/orders/_update_by_query?refresh=true&scroll_size=7",
            "{\"query\":{\"range\":{\"q\":{\"gte\":0}}},\"script\":{\"source\":\"ctx._source.q += 100\"}}");
    assertThat(updated.json().get("updated").asInt()).as(updated.body()).isEqualTo(30);
    assertThat(updated.json().get("batches").asInt()).isEqualTo(5);
    assertThat(rig.ask(tenant, "GET", "/orders/_source/q7", "").body()).isEqualTo("{\"q\":107}");
    Answer some =
        rig.ask(
            tenant,
            "POST",
            "/orders/_delete_by_query?refresh=true&max_docs=10",
            "{\"query\":{\"range\":{\"q\":{\"gte\":100}}}}");
    assertThat(some.json().get("deleted").asInt()).as(some.body()).isEqualTo(10);
    Answer rest =
        rig.ask(
            tenant,
            "POST",
            "/orders/_delete_by_query?refresh=true",
            "{\"query\":{\"exists\":{\"field\":\"q\"}}}");
    assertThat(rest.json().get("deleted").asInt()).as(rest.body()).isEqualTo(20);
    assertThat(rest.json().get("failures")).isEmpty();
    assertThat(rig.ask(tenant, "GET", "/orders/_count?q=q:*", "").json().get("count").asInt())
        .isZero();
    assertThat(rig.ask(tenant, "POST", "/none/_delete_by_query", "{}").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"own", "solo"})
  void anIndexOfATenantsOwnIsMadeChangedAndDeleted(String tenant) throws Exception {
    Answer made = rig.ask(tenant, "PUT", "/fresh", "{\"settings\":{\"number_of_shards\":1}}");
    assertThat(made.json().get("index").asString()).as(made.body()).isEqualTo("fresh");
    Answer mapped =
        rig.ask(
            tenant, "PUT", "/fresh/_mapping", "{\"properties\":{\"_index\":{\"type\":\"text\"}}}");
    assertThat(mapped.status()).as(mapped.body()).isIn(200, 400);
    assertThat(
            rig.ask(
                    tenant,
                    "PUT",
                    "/fresh/_mapping",
                    "{\"properties\":{\"t\":{\"type\":\"text\"}}}")
                .status())
        .isEqualTo(200);
    assertThat(rig.ask(tenant, "GET", "/fresh/_mapping", "").body())
        .contains("{\"fresh\":{\"mappings\":{\"properties\":{\"t\":{\"type\":\"text\"}");
    assertThat(rig.ask(tenant, "GET", "/fresh/_settings", "").body())
        .startsWith("{\"fresh\":")
        .doesNotContain("own-fresh");
    assertThat(rig.ask(tenant, "GET", "/fresh/_field_caps?fields=*", "").json().get("indices"))
        .hasToString("[\"fresh\"]");
    assertThat(rig.ask(tenant, "HEAD", "/fresh", "").status()).isEqualTo(200);
    assertThat(rig.ask(tenant, "DELETE", "/fresh", "").status()).isEqualTo(200);
    assertThat(rig.ask(tenant, "HEAD", "/fresh", "").status()).isEqualTo(404);
    assertThat(rig.ask("acme", "DELETE", "/orders", "").status()).isEqualTo(403);
  }

  @Test
  void aCursorThatWasOpenedBeforeAMoveIsReadToItsEnd() throws Exception {
    Answer first = rig.ask("moving", "POST", "/orders/_search?scroll=1m", "{\"size\":10}");
    String id = first.json().get("_scroll_id").asString();
    String pit =
        rig.ask("moving", "POST", "/orders/_search/point_in_time?keep_alive=1m", "")
            .json()
            .get("pit_id")
            .asString();
    rig.drain("moving", "b/index:moving-*#1");
    rig.hold("moving");
    rig.flip("moving");
    List<String> ids = new ArrayList<>();
    first.json().get("hits").get("hits").forEach(hit -> ids.add(hit.get("_id").asString()));
    for (int i = 0; i < 2; i++) {
      Answer page =
          rig.ask(
              "moving",
              "POST",
              "/_search/scroll",
              "{\"scroll\":\"1m\",\"scroll_id\":\"%s\"}".formatted(id));
      page.json().get("hits").get("hits").forEach(hit -> ids.add(hit.get("_id").asString()));
    }
    assertThat(ids).doesNotHaveDuplicates().hasSize(25);
    Answer found =
        rig.ask(
            "moving", "POST", "/_search", "{\"size\":1,\"pit\":{\"id\":\"%s\"}}".formatted(pit));
    assertThat(found.json().get("hits").get("total").get("value").asInt()).isEqualTo(25);
  }

  @Test
  void aCompressedBodyIsReadAndABombIsNot() throws Exception {
    String search = "{\"query\":{\"term\":{\"n\":1}}}";
    HttpResponse<String> well =
        compressed("/orders/_search", search.getBytes(StandardCharsets.UTF_8));
    assertThat(well.statusCode()).as(well.body()).isEqualTo(200);
    byte[] bomb = new byte[64 << 20];
    java.util.Arrays.fill(bomb, (byte) ' ');
    assertThat(compressed("/orders/_search", bomb).statusCode()).isEqualTo(413);
    assertThat(compressed("/orders/_bulk", bomb).statusCode()).isEqualTo(413);
  }

  private static HttpResponse<String> compressed(String path, byte[] body) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rig.gateway.port() + path))
                .POST(HttpRequest.BodyPublishers.ofByteArray(out.toByteArray()))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .header(GatewayRig.TENANT, "acme")
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aDeleteIsNotedWhileItsTenantMoves() throws Exception {
    rig.ask("beta", "PUT", "/orders/_doc/d1", "{\"n\":1}");
    rig.ask("beta", "PUT", "/orders/_doc/d2", "{\"n\":1}");
    rig.drain("beta", "b/index:beta-*#1");
    assertThat(rig.ask("beta", "DELETE", "/orders/_doc/d1", "").status()).isEqualTo(200);
    rig.ask("beta", "POST", "/orders/_bulk", "{\"delete\":{\"_id\":\"d2\"}}\n");
    a.call("POST", "/drover-deletes/_refresh", "");
    JsonNode notes = a.call("GET", "/drover-deletes/_search?sort=at", "").get("hits").get("hits");
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0).get("_source").get("id").asString()).isEqualTo("beta:d1");
    assertThat(notes.get(1).get("_source").get("id").asString()).isEqualTo("beta:d2");
    assertThat(notes.get(1).get("_source").get("partition").asString()).isEqualTo("beta");
    assertThat(notes.get(1).get("_source").get("routing").asString()).isEqualTo("beta");
  }
}
