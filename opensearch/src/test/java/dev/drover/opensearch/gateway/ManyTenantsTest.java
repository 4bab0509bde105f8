package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.fleet.GatewayMode;
import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import dev.drover.opensearch.tenant.DeletesIndex;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Requests that name tenants in their bodies, and bulks of several tenants, at real clusters.
@SuppressWarnings("NullAway.Init")
class ManyTenantsTest {
  private static final String SHAPE =
      "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}}}}";

  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    for (String index : List.of("all-orders", "own-orders", "going-orders", "s0-orders")) {
      a.call("PUT", "/" + index, SHAPE);
    }
    for (String index : List.of("orders", "going-orders")) {
      b.call("PUT", "/" + index, SHAPE);
    }
    Map<String, String> tenants = new HashMap<>();
    tenants.put("acme", "a/shared:all-*");
    tenants.put("own", "a/index:own-*#2");
    tenants.put("solo", "b/cluster");
    tenants.put("going", "a/index:going-*");
    tenants.put("paging", "a/shared:all-*");
    tenants.put("deleting", "a/shared:all-*");
    for (int i = 0; i < 20; i++) {
      tenants.put("t" + i, "a/shared:all-*");
    }
    rig =
        new GatewayRig(
            a.port(),
            b.port(),
            tenants,
            HttpClient.Version.HTTP_1_1,
            Duration.ofSeconds(20),
            new GatewayRig.Shown(
                new Tenancy(
                    List.of(
                        new Tenancy.Source.Header(GatewayRig.TENANT),
                        new Tenancy.Source.IndexPrefix("--"),
                        new Tenancy.Source.Field("tenant"))),
                HomeEndpoint.Login.NONE,
                new CursorOptions.Table(1_000, Duration.ofMinutes(1)),
                GatewayMode.LEASED));
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  private static String item(String tenant, String id) {
    return "{\"index\":{\"_id\":\"%s\"}}\n{\"n\":1,\"tenant\":\"%s\"}\n".formatted(id, tenant);
  }

  private static JsonNode items(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("items");
  }

  @Test
  void itemsComeBackInTheirOrderEachInItsTenantsWords() throws Exception {
    StringBuilder bulk = new StringBuilder();
    List<String> tenants = List.of("acme", "solo", "own", "nobody");
    for (int i = 0; i < 40; i++) {
      bulk.append(item(tenants.get(i % 4), "o" + i));
    }
    bulk.append("{\"create\":{\"_id\":\"none\"}}\n{\"n\":1}\n");
    bulk.append("{\"create\":{\"_id\":\"o0\"}}\n{\"n\":1,\"tenant\":\"acme\"}\n");
    bulk.append("{\"update\":{\"_id\":\"o2\"}}\n{\"doc\":{\"n\":7,\"tenant\":\"own\"}}\n");
    Answer answer = rig.ask("", "POST", "/orders/_bulk?refresh=true", bulk.toString());
    JsonNode items = items(answer);
    assertThat(answer.json().path("errors").asBoolean()).isTrue();
    assertThat(items).hasSize(43);
    for (int i = 0; i < 40; i++) {
      JsonNode item = items.get(i).path("index");
      assertThat(item.path("_id").asString()).isEqualTo("o" + i);
      if (i % 4 == 3) {
        assertThat(item.path("status").asInt()).isEqualTo(404);
        assertThat(item.path("error").path("type").asString())
            .isEqualTo("tenant_not_found_exception");
      } else {
        assertThat(item.path("status").asInt()).as(item.toString()).isEqualTo(201);
        assertThat(item.path("_index").asString()).isEqualTo("orders");
      }
    }
    assertThat(items.get(2).path("index").path("_primary_term").asLong()).isGreaterThan(2L << 20);
    assertThat(items.get(40).path("create").path("error").path("reason").asString())
        .contains("names no tenant")
        .contains("the field 'tenant' of a document");
    JsonNode conflict = items.get(41).path("create");
    assertThat(conflict.path("status").asInt()).isEqualTo(409);
    assertThat(conflict.path("error").path("reason").asString())
        .contains("[o0]")
        .doesNotContain("acme:");
    assertThat(items.get(42).path("update").path("result").asString()).isEqualTo("updated");
    assertThat(rig.ask("acme", "GET", "/orders/_doc/o0", "").status()).isEqualTo(200);
    assertThat(rig.ask("own", "GET", "/orders/_doc/o0", "").status()).isEqualTo(404);
    assertThat(rig.ask("solo", "GET", "/orders/_doc/o1", "").status()).isEqualTo(200);
    assertThat(rig.ask("own", "GET", "/orders/_source/o2", "").json().path("n").asInt())
        .isEqualTo(7);
  }

  /// How often shards of the cluster have been written to, in batches of any size.
  private static long batchesAtA() throws Exception {
    return a.call("GET", "/_nodes/stats/thread_pool", "")
        .path("nodes")
        .values()
        .iterator()
        .next()
        .path("thread_pool")
        .path("write")
        .path("completed")
        .asLong();
  }

  @Test
  void oneHomeIsSentOneBulk() throws Exception {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      bulk.append(item("t" + i % 20, "x" + i));
    }
    long before = batchesAtA();
    Answer answer = rig.ask("", "POST", "/orders/_bulk", bulk.toString());
    assertThat(items(answer)).hasSize(100);
    assertThat(answer.json().path("errors").asBoolean()).as(answer.body()).isFalse();
    assertThat(batchesAtA() - before).isBetween(1L, 10L);
  }

  @Test
  void theIndexsNameNamesTheTenantOfEachItem() throws Exception {
    String bulk =
        """
        {"index":{"_index":"t1--orders","_id":"p1"}}
        {"n":1}
        {"index":{"_index":"t2--orders","_id":"p1"}}
        {"n":2}
        {"delete":{"_index":"t1--orders","_id":"p0"}}
        {"index":{"_index":"t2--orders","_id":"p2"}}
        {"n":2,"tenant":"t1"}
        """;
    a.call("PUT", "/all-t1--orders", SHAPE);
    a.call("PUT", "/all-t2--orders", SHAPE);
    JsonNode items = items(rig.ask("", "POST", "/_bulk", bulk));
    assertThat(items.get(0).path("index").path("_index").asString()).isEqualTo("t1--orders");
    assertThat(items.get(1).path("index").path("status").asInt()).isEqualTo(201);
    assertThat(items.get(2).path("delete").path("result").asString()).isEqualTo("not_found");
    assertThat(items.get(3).path("index").path("error").path("reason").asString())
        .contains("names several tenants");
    assertThat(rig.ask("", "GET", "/t2--orders/_source/p1", "").json().path("n").asInt())
        .isEqualTo(2);
  }

  @Test
  void whatOneTenantMustNotHarmsNoOther() throws Exception {
    String bulk =
        "{\"index\":{\"_id\":\"r1\",\"routing\":\"x\"}}\n{\"tenant\":\"t3\"}\n" + item("own", "r1");
    JsonNode items = items(rig.ask("", "POST", "/orders/_bulk", bulk));
    assertThat(items.get(0).path("index").path("status").asInt()).isEqualTo(403);
    assertThat(items.get(1).path("index").path("status").asInt()).isEqualTo(201);
    String nowhere =
        "{\"index\":{\"_index\":\"missing\",\"_id\":\"r2\"}}\n{\"tenant\":\"own\",\"n\":\"x\"}\n"
            + item("solo", "r2");
    a.call("PUT", "/_cluster/settings", "{\"transient\":{\"action.auto_create_index\":\"false\"}}");
    items = items(rig.ask("", "POST", "/orders/_bulk", nowhere));
    a.call("PUT", "/_cluster/settings", "{\"transient\":{\"action.auto_create_index\":null}}");
    assertThat(items.get(0).path("index").path("status").asInt()).isEqualTo(404);
    assertThat(items.get(0).toString()).contains("missing").doesNotContain("own-missing");
    assertThat(items.get(1).path("index").path("status").asInt()).isEqualTo(201);
  }

  /// The home reads all of them before it does any, so it refuses all for one.
  @Test
  void whatAHomeRefusesForOneTenantIsNotRefusedForOthers() throws Exception {
    for (String members :
        List.of(
            "\"version\":5,\"version_type\":\"bogus\"",
            "\"if_seq_no\":5",
            "\"version\":-5",
            "\"version\":99999999999999999999")) {
      String bad = "{\"index\":{\"_id\":\"v1\",%s}}\n{\"tenant\":\"t3\"}\n".formatted(members);
      Answer answer = rig.ask("", "POST", "/orders/_bulk", bad + item("t4", "v1"));
      JsonNode items = items(answer);
      assertThat(items.get(0).path("index").path("status").asInt()).isEqualTo(400);
      assertThat(items.get(0).path("index").path("_index").asString()).isEqualTo("orders");
      assertThat(items.get(1).path("index").path("status").asInt()).as(members).isLessThan(300);
    }
  }

  @Test
  void aDocumentMayBeAsDeepAsItLikes() throws Exception {
    a.call(
        "PUT",
        "/all-deep",
        "{\"mappings\":{\"properties\":{\"d\":{\"type\":\"object\",\"enabled\":false}}}}");
    String deep = "{\"d\":{\"x\":" + "[".repeat(600) + "]".repeat(600) + "}}";
    Answer put = rig.ask("t3", "PUT", "/deep/_doc/1", deep);
    assertThat(put.status()).as(put.body()).isEqualTo(201);
    String bulk =
        """
        {"update":{"_id":"1"}}
        {"doc":{"tenant":"t3"}}
        {"index":{"_index":"orders","_id":"deep"}}
        {"tenant":"t4"}
        """;
    String answer = rig.ask("", "POST", "/deep/_bulk?_source=true", bulk).body();
    assertThat(answer).contains("\"errors\":false", "[".repeat(600), "\"_id\":\"deep\"");
  }

  @Test
  void answersAreJsonWhateverTheClientPrefers() throws Exception {
    for (String accept : List.of("application/cbor", "application/yaml", "application/smile")) {
      HttpResponse<String> answer = accepted("t3", accept);
      assertThat(answer.statusCode()).isEqualTo(406);
    }
    for (String accept : List.of("*/*", "application/json, application/yaml", "text/plain", "x")) {
      HttpResponse<String> answer = accepted("t3", accept);
      assertThat(answer.statusCode()).as(accept).isEqualTo(404);
      assertThat(answer.body()).contains("\"_index\":\"orders\"").doesNotContain("all-orders");
    }
  }

  private static HttpResponse<String> accepted(String tenant, String accept) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                rig.request(tenant, "GET", "/orders/_doc/nothing", ""), (name, value) -> true)
            .header("Accept", accept)
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void aTenantThatIsHeldHoldsTheWholeAnswerAndNobodysWrites() throws Exception {
    rig.drain("going", "b/index:going-*#1");
    rig.hold("going");
    CompletableFuture<Answer> waiting =
        rig.begin(
            "",
            "POST",
            "/orders/_bulk",
            item("going", "h1") + item("t4", "h2") + item("solo", "h3"));
    while (rig.ask("solo", "GET", "/orders/_doc/h3", "").status() == 404) {
      Thread.sleep(10);
    }
    assertThat(rig.ask("t4", "GET", "/orders/_doc/h2", "").status()).isEqualTo(200);
    assertThat(waiting.isDone()).isFalse();
    rig.flip("going");
    JsonNode items = items(waiting.get());
    for (int i = 0; i < 3; i++) {
      assertThat(items.get(i).path("index").path("status").asInt()).isEqualTo(201);
    }
    assertThat(b.call("GET", "/going-orders/_doc/h1", "").path("found").asBoolean()).isTrue();
  }

  /// A home that takes requests and answers none, on a port of its own.
  private static int cutting() throws Exception {
    ServerSocket home = new ServerSocket(0);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  try (Socket client = home.accept()) {
                    int _ = client.getInputStream().read(new byte[64 << 10]);
                    Thread.sleep(50);
                  }
                }
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    return home.getLocalPort();
  }

  @Test
  void aHomeThatIsAwayFailsItsTenantsItemsOnly() throws Exception {
    int nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    try (GatewayRig half =
        new GatewayRig(
            a.port(),
            nobody,
            Map.of("here", "a/shared:all-*", "away", "b/cluster", "gone", "b/shared:all-*"),
            HttpClient.Version.HTTP_1_1,
            Duration.ofSeconds(20),
            new GatewayRig.Shown(
                new Tenancy(List.of(new Tenancy.Source.Field("tenant"))),
                HomeEndpoint.Login.NONE,
                new CursorOptions.Off(),
                GatewayMode.LEASED))) {
      String bulk = item("away", "1") + item("here", "1") + item("gone", "1");
      JsonNode items = items(half.ask("", "POST", "/orders/_bulk", bulk));
      assertThat(items.get(1).path("index").path("status").asInt()).isEqualTo(201);
      for (int i : new int[] {0, 2}) {
        JsonNode item = items.get(i).path("index");
        assertThat(item.path("status").asInt()).isEqualTo(503);
        assertThat(item.path("error").path("type").asString()).isEqualTo("drover_unavailable");
      }
      // What is known of one is not said of the other.
      int cut = cutting();
      try (GatewayRig cuts =
          new GatewayRig(
              nobody,
              cut,
              Map.of("away", "a/cluster", "cut", "b/cluster"),
              HttpClient.Version.HTTP_1_1,
              Duration.ofSeconds(20),
              new GatewayRig.Shown(
                  new Tenancy(List.of(new Tenancy.Source.Field("tenant"))),
                  HomeEndpoint.Login.NONE,
                  new CursorOptions.Off(),
                  GatewayMode.LEASED))) {
        for (String each :
            List.of(item("away", "1") + item("cut", "1"), item("cut", "1") + item("away", "1"))) {
          String body = cuts.ask("", "POST", "/orders/_bulk", each).body();
          assertThat(body).contains("drover_unavailable").contains("drover_outcome_unknown");
        }
      }
      HttpResponse<String> none =
          half.send("", "POST", "/orders/_bulk", item("away", "1") + item("gone", "1"));
      assertThat(none.statusCode()).isEqualTo(503);
      assertThat(none.headers().firstValue("retry-after")).isPresent();
      assertThat(none.body()).contains("nothing was done");
    }
  }

  @Test
  void whatATenantThatMovesMayDeleteIsNoted() throws Exception {
    items(rig.ask("", "POST", "/orders/_bulk", item("deleting", "d1") + item("t5", "d1")));
    rig.drain("deleting", "b/shared:all-*#1");
    String bulk =
        "{\"delete\":{\"_index\":\"deleting--orders\",\"_id\":\"d2\"}}\n" + item("t5", "d3");
    items(rig.ask("", "POST", "/orders/_bulk", bulk));
    a.call("POST", "/" + DeletesIndex.NAME + "/_refresh", "");
    assertThat(
            a.call("GET", "/" + DeletesIndex.NAME + "/_search?q=partition:deleting", "").toString())
        .contains("\"id\":\"deleting:d2\"")
        .contains("\"index\":\"all-deleting--orders\"");
  }

  @Test
  void theAnswerIsShapedAsAsked() throws Exception {
    String bulk = item("t6", "f1") + item("nobody", "f2") + item("solo", "f3");
    Answer answer =
        rig.ask(
            "", "POST", "/orders/_bulk?filter_path=errors,items.*.error.type,items.*.status", bulk);
    assertThat(answer.body())
        .isEqualTo(
            "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}},{\"index\":{\"status\":404,"
                + "\"error\":{\"type\":\"tenant_not_found_exception\"}}},{\"index\":{\"status\":201}}]}");
    assertThat(rig.ask("", "POST", "/orders/_bulk?pretty", bulk).body()).contains("\n  \"errors\"");
  }

  @Test
  void aCursorInTheTableIsReadOnAtTheOldHomeAfterAMove() throws Exception {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      bulk.append(item("paging", "c" + i));
    }
    items(rig.ask("", "POST", "/orders/_bulk?refresh=true", bulk.toString()));
    Answer first = rig.ask("paging", "POST", "/orders/_search?scroll=1m", "{\"size\":20}");
    String id = first.json().path("_scroll_id").asString();
    assertThat(id).startsWith("dt1.");
    rig.drain("paging", "b/index:paging-*#1");
    rig.hold("paging");
    rig.flip("paging");
    String next = "{\"scroll\":\"1m\",\"scroll_id\":\"%s\"}".formatted(id);
    assertThat(rig.ask("acme", "POST", "/_search/scroll", next).status()).isEqualTo(404);
    assertThat(rig.ask("paging", "POST", "/_search/scroll", next).json().path("hits").path("hits"))
        .hasSize(10);
  }

  @Test
  void whatIsNoBulkIsRefusedAsAWholeAndNothingIsDone() throws Exception {
    for (String end : List.of("{\"index\":{}}\n", "{\"index\":{}}\n{}", "nothing\n")) {
      Answer answer =
          rig.ask("", "POST", "/orders/_bulk", item("t7", "m1") + item("t8", "m1") + end);
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    }
    assertThat(rig.ask("t7", "GET", "/orders/_doc/m1", "").status()).isEqualTo(404);
    assertThat(rig.ask("", "POST", "/orders/_bulk", "\n").status()).isEqualTo(400);
  }

  @Test
  void aDocumentNamesItsTenantInAField() throws Exception {
    Answer put = rig.ask("", "PUT", "/orders/_doc/w1", "{\"tenant\":\"t9\",\"n\":3}");
    assertThat(put.status()).as(put.body()).isEqualTo(201);
    assertThat(rig.ask("t9", "GET", "/orders/_source/w1", "").json().path("n").asInt())
        .isEqualTo(3);
    assertThat(rig.ask("", "POST", "/orders/_doc", "{\"n\":1,\"tenant\":\"t9\"}").status())
        .isEqualTo(201);
    assertThat(rig.ask("", "PUT", "/orders/_create/w1", "{\"tenant\":\"t9\"}").status())
        .isEqualTo(409);
    assertThat(
            rig.ask("", "POST", "/orders/_update/w1", "{\"doc\":{\"tenant\":\"t9\",\"n\":4}}")
                .status())
        .isEqualTo(200);
    for (String wrong :
        List.of(
            "{\"n\":1}",
            "{\"tenant\":7}",
            "{\"tenant\":\"t9\",\"tenant\":\"t1\"}",
            "[\"tenant\"]",
            "{\"a\":{\"tenant\":\"t9\"}}",
            "{\"tenant\":\"t9\",\"tenant.\":\"t1\"}",
            "")) {
      Answer answer = rig.ask("", "PUT", "/orders/_doc/w2", wrong);
      assertThat(answer.status()).as(wrong + answer.body()).isIn(400, 406);
    }
    assertThat(rig.ask("", "PUT", "/orders/_doc/w2", "{\"tenant\":\"nobody\"}").status())
        .isEqualTo(404);
    // What names a tenant before the body does, decides.
    assertThat(rig.ask("t1", "PUT", "/orders/_doc/w3", "{\"tenant\":\"t9\"}").status())
        .isEqualTo(201);
    assertThat(rig.ask("t9", "GET", "/orders/_doc/w3", "").status()).isEqualTo(404);
  }
}
