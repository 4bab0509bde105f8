package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Documents through a gateway, at a real cluster, for each kind of placement, by HTTP/1.1 and by
/// HTTP/2.
@SuppressWarnings("NullAway.Init")
abstract class DocumentsThroughTheGateway {
  @TempDir static Path directory;
  private static TestCluster a;
  private static TestCluster b;
  private static GatewayRig rig;
  private static HttpClient.Version version;

  static void start(HttpClient.Version spoken) throws Exception {
    version = spoken;
    a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
    b = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("b"));
    a.call(
        "PUT", "/all-orders", "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0}}");
    a.call(
        "PUT",
        "/tagged-orders",
        "{\"settings\":{\"number_of_shards\":3,\"number_of_replicas\":0},\"mappings\":{\"properties\":{\"tenant\":{\"type\":\"keyword\"}}}}");
    rig =
        new GatewayRig(
            a.port(),
            b.port(),
            Map.of(
                "acme", "a/shared:all-*",
                "beta", "a/shared:all-*",
                "tagged", "a/shared:tagged-*:tenant",
                "own", "a/index:own-*#2",
                "solo", "b/cluster"),
            version);
  }

  @AfterAll
  static void stop() {
    rig.close();
    a.close();
    b.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "tagged", "own", "solo"})
  void aDocumentIsWrittenReadAndDeleted(String tenant) throws Exception {
    Answer put = rig.ask(tenant, "PUT", "/orders/_doc/b:1?refresh=true", "{\"n\":1,\"_x\":\"é\"}");
    assertThat(put.status()).as(put.body()).isEqualTo(201);
    assertThat(put.json().get("_index").asString()).isEqualTo("orders");
    assertThat(put.json().get("_id").asString()).isEqualTo("b:1");
    assertThat(put.json().get("_version").asInt()).isEqualTo(1);
    assertThat(put.json().get("forced_refresh").asBoolean()).isTrue();
    Answer got = rig.ask(tenant, "GET", "/orders/_doc/b:1", "");
    assertThat(got.body())
        .contains("\"_index\":\"orders\",\"_id\":\"b:1\",\"_version\":1")
        .contains("\"_source\":{\"n\":1,\"_x\":\"é\"}")
        .doesNotContain("_routing");
    assertThat(rig.ask(tenant, "HEAD", "/orders/_doc/b:1", "").status()).isEqualTo(200);
    assertThat(rig.ask(tenant, "GET", "/orders/_source/b:1", "").body())
        .isEqualTo("{\"n\":1,\"_x\":\"é\"}");
    Answer again = rig.ask(tenant, "PUT", "/orders/_create/b:1", "{\"n\":2}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.json().get("error").get("reason").asString()).startsWith("[b:1]: version");
    assertThat(again.json().get("error").get("index").asString()).isEqualTo("orders");
    Answer deleted = rig.ask(tenant, "DELETE", "/orders/_doc/b:1", "");
    assertThat(deleted.json().get("result").asString()).isEqualTo("deleted");
    assertThat(rig.ask(tenant, "HEAD", "/orders/_doc/b:1", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "tagged", "own", "solo"})
  void aWriteOnConditionSeesTheStateThatItHasRead(String tenant) throws Exception {
    Answer put = rig.ask(tenant, "PUT", "/orders/_doc/cas", "{\"n\":1}");
    long seqNo = put.json().get("_seq_no").asLong();
    long term = put.json().get("_primary_term").asLong();
    String on = "/orders/_doc/cas?if_seq_no=%d&if_primary_term=%d";
    assertThat(rig.ask(tenant, "PUT", on.formatted(seqNo, term + (1 << 20)), "{\"n\":2}").status())
        .isEqualTo(409);
    assertThat(rig.ask(tenant, "PUT", on.formatted(seqNo, term), "{\"n\":2}").status())
        .isEqualTo(200);
    assertThat(rig.ask(tenant, "PUT", on.formatted(seqNo, term), "{\"n\":3}").status())
        .isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme", "tagged", "own", "solo"})
  void aDocumentWithoutAnIdGetsOne(String tenant) throws Exception {
    Answer added = rig.ask(tenant, "POST", "/orders/_doc", "{\"n\":1}");
    assertThat(added.status()).as(added.body()).isEqualTo(201);
    String id = added.json().get("_id").asString();
    assertThat(id).hasSize(20);
    assertThat(rig.ask(tenant, "GET", "/orders/_source/" + id, "").body()).isEqualTo("{\"n\":1}");
  }

  @Test
  void tenantsOfASharedIndexDoNotMeet() throws Exception {
    rig.ask("acme", "PUT", "/orders/_doc/1", "{\"of\":\"acme\"}");
    rig.ask("beta", "PUT", "/orders/_doc/1", "{\"of\":\"beta\"}");
    assertThat(rig.ask("acme", "GET", "/orders/_source/1", "").body()).contains("acme");
    assertThat(rig.ask("beta", "DELETE", "/orders/_doc/1", "").status()).isEqualTo(200);
    assertThat(rig.ask("acme", "GET", "/orders/_source/1", "").body()).contains("acme");
    assertThat(rig.ask("beta", "GET", "/orders/_doc/acme:1", "").status()).isEqualTo(404);
    assertThat(rig.ask("beta", "GET", "/orders/_doc/1?routing=acme", "").status()).isEqualTo(403);
    assertThat(rig.ask("own", "GET", "/all-orders/_doc/acme:1", "").status()).isEqualTo(404);
  }

  @Test
  void whatIsRefusedIsToldInOpenSearchsForm() throws Exception {
    Answer none = rig.ask("", "GET", "/orders/_doc/1", "");
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.json().get("error").get("root_cause").get(0).get("reason").asString())
        .contains("names no tenant", "X-Tenant");
    assertThat(rig.ask("nobody", "GET", "/orders/_doc/1", "").status()).isEqualTo(404);
    assertThat(rig.ask("acme", "PUT", "/orders/_doc/1?pipeline=p", "{}").status()).isEqualTo(403);
    assertThat(rig.ask("acme", "PUT", "/orders/_doc/1?bogus=p", "{}").body()).contains("bogus");
    assertThat(rig.ask("acme", "GET", "/orders/_doc/%2e%2e", "").status()).isEqualTo(400);
    assertThat(rig.ask("acme", "GET", "/_cat/indices", "").status()).isEqualTo(501);
    assertThat(rig.ask("own", "GET", "/a,b/_doc/1", "").status()).isEqualTo(400);
  }

  @Test
  void theProtocolIsTheOneThatTheClientCanSpeak() throws Exception {
    assertThat(rig.send("acme", "GET", "/", "").version()).isEqualTo(version);
  }

  @Test
  void passingThroughIsForNamedPrefixesOnly() throws Exception {
    assertThat(rig.ask("", "PUT", "/logs-1/_doc/1", "{\"a\":1}").status()).isEqualTo(201);
    assertThat(rig.ask("", "GET", "/logs-1/_search?q=a:1", "").status()).isEqualTo(200);
    assertThat(rig.ask("", "GET", "/logs-1,all-orders/_search", "").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 100_000, 1_000_000, 20_000_000})
  void bodiesOfAnySizePass(int bytes) throws Exception {
    String body = "{\"t\":\"" + "x".repeat(bytes) + "\"}";
    String noIndex = "{\"mappings\":{\"properties\":{\"t\":{\"type\":\"text\",\"index\":false}}}}";
    b.ask("PUT", "/big", noIndex);
    Answer put = rig.ask("solo", "PUT", "/big/_doc/" + bytes, body);
    assertThat(put.status()).as(put.body()).isEqualTo(201);
    assertThat(rig.ask("solo", "GET", "/big/_source/" + bytes, "").body()).isEqualTo(body);
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws Exception {
    assumeThat(version)
        .as("the JDK's client takes RST_STREAM with NO_ERROR for a failure (RFC 9113, 8.1)")
        .isEqualTo(HttpClient.Version.HTTP_1_1);
    Answer put = rig.ask("solo", "PUT", "/big/_doc/1", "x".repeat((100 << 20) + 1));
    assertThat(put.status()).isEqualTo(413);
    assertThat(put.json().get("error").get("reason").asString()).contains("104857600");
  }

  @Test
  void aWriteWaitsThroughAHoldAndGoesToTheNewHome() throws Exception {
    rig.ask("beta", "PUT", "/orders/_doc/h", "{\"n\":1}");
    rig.drain("beta", "b/index:beta-*#1");
    assertThat(rig.ask("beta", "PUT", "/orders/_doc/h", "{\"n\":2}").status()).isEqualTo(200);
    rig.hold("beta");
    CompletableFuture<Answer> held = rig.begin("beta", "PUT", "/orders/_doc/h", "{\"n\":3}");
    CompletableFuture<Answer> large =
        rig.begin("beta", "PUT", "/orders/_doc/large", "{\"t\":\"" + "x".repeat(3_000_000) + "\"}");
    assertThat(rig.ask("beta", "GET", "/orders/_source/h", "").body()).isEqualTo("{\"n\":2}");
    Thread.sleep(200);
    assertThat(held).isNotDone();
    assertThat(large).isNotDone();
    rig.flip("beta");
    assertThat(held.get().status()).isEqualTo(201);
    assertThat(large.get().status()).isEqualTo(201);
    assertThat(held.get().json().get("_primary_term").asLong()).isGreaterThan(1 << 20);
    assertThat(b.call("GET", "/beta-orders/_source/h", "").get("n").asInt()).isEqualTo(3);
    assertThat(a.call("GET", "/all-orders/_doc/beta:h?routing=beta", "").get("_version").asInt())
        .isEqualTo(2);
  }
}
