package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A shared index that keeps tenants apart by a field, at real nodes of both releases.
@SuppressWarnings("NullAway.Init")
class OwnFieldTest {
  @TempDir static Path directory;
  private static TestCluster three;
  private static TestCluster two;
  private static GatewayRig rig;

  @BeforeAll
  static void start() throws Exception {
    three = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("three"));
    two = TestCluster.start(NodeProgram.Release.TWO, directory.resolve("two"));
    for (TestCluster each : new TestCluster[] {three, two}) {
      each.call(
          "PUT",
          "/all-orders",
          """
          {"settings":{"number_of_shards":3,"number_of_replicas":0},
           "mappings":{"properties":{"own":{"type":"keyword"},"n":{"type":"long"},
             "parts":{"type":"nested","properties":{"own":{"type":"keyword"}}}}}}
          """);
    }
    rig =
        new GatewayRig(
            three.port(),
            two.port(),
            Map.of(
                "acme", "a/shared:all-*:own",
                "beta", "a/shared:all-*:own",
                "acme2", "b/shared:all-*:own",
                "beta2", "b/shared:all-*:own"),
            HttpClient.Version.HTTP_1_1);
  }

  @AfterAll
  static void stop() {
    rig.close();
    three.close();
    two.close();
  }

  private static TestCluster cluster(String tenant) {
    return tenant.endsWith("2") ? two : three;
  }

  /// What stands at the home.
  private static JsonNode raw(String tenant, String id) throws Exception {
    return cluster(tenant).ask("GET", "/all-orders/_doc/" + tenant + ":" + id, "").json();
  }

  private static void isTagged(String tenant, String id) throws Exception {
    JsonNode raw = raw(tenant, id);
    assertThat(raw.path("_source").path("own").asString("")).as("%s", raw).isEqualTo(tenant);
    assertThat(raw.has("_routing")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void everyWayOfWritingPutsTheFieldIn(Way way) throws Exception {
    for (String tenant : new String[] {"acme", "acme2"}) {
      String id = "way-" + way;
      way.write(tenant, id);
      isTagged(tenant, id);
      assertThat(rig.ask(tenant, "GET", "/orders/_source/" + id, "").body()).isEqualTo("{\"n\":7}");
      assertThat(rig.ask(tenant, "GET", "/orders/_doc/" + id, "").body()).doesNotContain("own");
      JsonNode found = rig.ask(tenant, "GET", "/orders/_mget", "{\"ids\":[\"" + id + "\"]}").json();
      assertThat(found.path("docs").path(0).path("_source").toString()).isEqualTo("{\"n\":7}");
    }
  }

  enum Way {
    PUT,
    CREATE,
    BULK_INDEX,
    BULK_CREATE,
    BULK_UPDATE,
    UPSERT,
    DOC_AS_UPSERT,
    PARTIAL,
    COMPRESSED;

    void write(String tenant, String id) throws Exception {
      Answer answer =
          switch (this) {
            case PUT -> rig.ask(tenant, "PUT", "/orders/_doc/" + id, "{\"n\":7}");
            case CREATE -> rig.ask(tenant, "PUT", "/orders/_create/" + id, "{\"n\":7}");
            case BULK_INDEX -> bulk(tenant, "{\"index\":{\"_id\":\"" + id + "\"}}\n{\"n\":7}\n");
            case BULK_CREATE ->
                bulk(tenant, "{\"create\": {\"_id\":\"" + id + "\"}}\n{\"n\":7}\r\n");
            case BULK_UPDATE ->
                bulk(
                    tenant,
                    "{\"update\":{\"_id\":\""
                        + id
                        + "\"}}\n{\"doc\":{\"n\":7},\"doc_as_upsert\":true}\n");
            case UPSERT ->
                rig.ask(
                    tenant,
                    "POST",
                    "/orders/_update/" + id,
                    "{\"doc\":{\"n\":8},\"upsert\":{\"n\":7}}");
            case DOC_AS_UPSERT ->
                rig.ask(
                    tenant,
                    "POST",
                    "/orders/_update/" + id,
                    "{\"doc\":{\"n\":7},\"doc_as_upsert\":true}");
            case PARTIAL -> {
              Answer _ = rig.ask(tenant, "PUT", "/orders/_doc/" + id, "{\"n\":6}");
              yield rig.ask(
                  tenant, "POST", "/orders/_update/" + id + "?_source=true", "{\"doc\":{\"n\":7}}");
            }
            case COMPRESSED -> compressed(tenant, "/orders/_doc/" + id, "{\"n\":7}");
          };
      assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
      assertThat(answer.body()).contains("\"_id\":\"" + id + "\"").doesNotContain("own");
    }

    private static Answer bulk(String tenant, String lines) throws Exception {
      Answer answer = rig.ask(tenant, "POST", "/orders/_bulk", lines);
      assertThat(answer.json().path("errors").asBoolean(true)).as(answer.body()).isFalse();
      return answer;
    }
  }

  private static Answer compressed(String tenant, String path, String body)
      throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(body.getBytes(StandardCharsets.UTF_8));
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rig.gateway.port() + path))
                  .header(GatewayRig.TENANT, tenant)
                  .header("Content-Type", "application/json")
                  .header("Content-Encoding", "gzip")
                  .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    }
  }

  @Test
  void aLongDocumentIsSentWhileItComes() throws Exception {
    String text = "x".repeat(300_000);
    Answer put = rig.ask("acme", "PUT", "/orders/_doc/long", "{\"t\":\"" + text + "\"}");
    assertThat(put.status()).as(put.body()).isEqualTo(201);
    isTagged("acme", "long");
    String late = "{\"t\":\"" + text + "\",\"own\":\"beta\"}";
    Answer refused = rig.ask("acme", "PUT", "/orders/_doc/late", late);
    assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    assertThat(raw("acme", "late").path("found").asBoolean()).isFalse();
    Answer bulk =
        rig.ask("acme", "POST", "/orders/_bulk", "{\"index\":{\"_id\":\"late\"}}\n" + late + "\n");
    assertThat(bulk.status()).as(bulk.body()).isEqualTo(403);
    assertThat(raw("acme", "late").path("found").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PUT|/orders/_doc/no|{\"own\":\"beta\"}",
        "PUT|/orders/_doc/no|{\"a\":1,\"\\u006fwn\":\"beta\"}",
        "PUT|/orders/_doc/no|{\"own.\":\"beta\"}",
        "POST|/orders/_doc|{\"own\":null}",
        "POST|/orders/_update/no|{\"doc\":{\"own\":\"beta\"},\"doc_as_upsert\":true}",
        "POST|/orders/_update/no|{\"upsert\":{\"own\":\"beta\"},\"doc\":{}}",
        "POST|/orders/_update/no|{\"script\":\"ctx._source.own='beta'\"}",
        "POST|/orders/_update_by_query|{\"script\":\"ctx._source.own='beta'\"}",
        "POST|/orders/_search|{\"query\":{\"term\":{\"own\":\"acme\"}}}",
        "POST|/orders/_search|{\"query\":{\"exists\":{\"field\":\"o*\"}}}",
        "POST|/orders/_search|{\"query\":{\"query_string\":{\"query\":\"acme\"}}}",
        "POST|/orders/_search|{\"query\":{\"query_string\":{\"query\":\"own:acme\",\"fields\":[\"n\"]}}}",
        "POST|/orders/_search|{\"query\":{\"simple_query_string\":{\"query\":\"acme\"}}}",
        "POST|/orders/_search|{\"query\":{\"multi_match\":{\"query\":\"acme\",\"fields\":[\"*\"]}}}",
        "POST|/orders/_search|{\"query\":{\"multi_match\":{\"query\":\"acme\"}}}",
        "POST|/orders/_search|{\"sort\":[\"own\"]}",
        "POST|/orders/_search|{\"fields\":[\"*\"]}",
        "POST|/orders/_search|{\"docvalue_fields\":[\"own\"]}",
        "POST|/orders/_search|{\"aggs\":{\"a\":{\"terms\":{\"field\":\"own\"}}}}",
        "POST|/orders/_search|{\"collapse\":{\"field\":\"own\"}}",
        "POST|/orders/_search?q=acme|{}",
        "POST|/orders/_search?sort=own:asc|{}"
      })
  void theFieldCannotBeWrittenNorAskedFor(String method, String path, String body)
      throws Exception {
    Answer answer = rig.ask("acme", method, path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(403);
    assertThat(answer.json().path("error").path("type").asString("")).isEqualTo("drover_refused");
    assertThat(raw("acme", "no").path("found").asBoolean()).isFalse();
  }

  @Test
  void tenantsDoNotMeet() throws Exception {
    for (String release : new String[] {"", "2"}) {
      String acme = "acme" + release;
      String beta = "beta" + release;
      for (int i = 0; i < 20; i++) {
        for (String each : new String[] {acme, beta}) {
          Answer put =
              rig.ask(
                  each,
                  "PUT",
                  "/orders/_doc/meet" + i,
                  "{\"n\":%d,\"parts\":[{\"own\":\"mine\"}],\"of\":\"meet\"}".formatted(i));
          assertThat(put.status()).as(put.body()).isEqualTo(201);
        }
      }
      assertThat(rig.ask(beta, "DELETE", "/orders/_doc/meet0", "").status()).isEqualTo(200);
      Answer _ = rig.ask(acme, "POST", "/orders/_refresh", "");
      String all = "{\"query\":{\"match\":{\"of\":\"meet\"}}";
      assertThat(count(acme, all + "}")).isEqualTo(20);
      assertThat(count(beta, all + "}")).isEqualTo(19);
      Answer search =
          rig.ask(
              acme,
              "POST",
              "/orders/_search",
              all
                  + ",\"size\":100,\"aggs\":{\"top\":{\"top_hits\":{\"size\":3}},\"n\":{\"sum\":{\"field\":\"n\"}}}}");
      assertThat(search.status()).as(search.body()).isEqualTo(200);
      assertThat(search.json().path("hits").path("hits").size()).isEqualTo(20);
      assertThat(search.json().path("aggregations").path("n").path("value").asInt()).isEqualTo(190);
      assertThat(search.body()).doesNotContain("\"own\":\"" + acme);
      Answer nested =
          rig.ask(
              acme,
              "POST",
              "/orders/_search",
              "{\"query\":{\"nested\":{\"path\":\"parts\",\"query\":{\"term\":{\"parts.own\":\"mine\"}},\"inner_hits\":{}}}}");
      assertThat(
              nested
                  .json()
                  .path("hits")
                  .path("hits")
                  .path(0)
                  .path("inner_hits")
                  .path("parts")
                  .path("hits")
                  .path("hits")
                  .path(0)
                  .path("_source")
                  .toString())
          .as(nested.body())
          .isEqualTo("{\"own\":\"mine\"}");
      Answer deleted = rig.ask(beta, "POST", "/orders/_delete_by_query?refresh", all + "}");
      assertThat(deleted.json().path("deleted").asInt()).as(deleted.body()).isEqualTo(19);
      Answer updated = rig.ask(acme, "POST", "/orders/_update_by_query?refresh", all + "}");
      assertThat(updated.json().path("updated").asInt()).as(updated.body()).isEqualTo(20);
      assertThat(count(acme, all + "}")).isEqualTo(20);
      isTagged(acme, "meet1");
    }
  }

  private static long count(String tenant, String query) throws Exception {
    return rig.ask(tenant, "POST", "/orders/_count", query).json().path("count").asLong(-1);
  }
}
