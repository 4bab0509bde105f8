package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may use indices that are passed through reaches no others of that cluster, also not by what
/// stands in a body.
class PassThroughTest {
  private static TestCluster cluster;
  private static GatewayRig rig;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    cluster = TestCluster.start(NodeProgram.Release.THREE, directory);
    rig =
        new GatewayRig(
            cluster.port(),
            cluster.port(),
            Map.of("acme", "a/index:acme-*"),
            HttpClient.Version.HTTP_1_1);
    for (String index : new String[] {"acme-orders", "logs-a", "logs-b", "drover-memory"}) {
      cluster.call("PUT", "/" + index, "{\"settings\":{\"number_of_replicas\":0}}");
      cluster.call(
          "PUT",
          "/" + index + "/_doc/1?refresh=true",
          "{\"who\":\"secret\",\"list\":[\"a\"],\"n\":1}");
    }
  }

  @AfterAll
  static void end() {
    rig.close();
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST|/logs-a/_bulk|{\"index\":{\"_index\":\"acme-orders\",\"_id\":\"2\"}}~{\"n\":2}~",
        "POST|/logs-a/_bulk|{\"delete\":{\"_index\":\"acme-orders\",\"_id\":\"1\"}}~",
        "POST|/logs-a/_bulk|{\"index\":{\"_index\":\"drover-memory\",\"_id\":\"2\"}}~{\"n\":2}~",
        "POST|/logs-a/_bulk|{\"index\":{\"_index\":\"<logs-{now/d}>\",\"_id\":\"2\"}}~{\"n\":2}~",
        "POST|/logs-a/_mget|{\"docs\":[{\"_index\":\"acme-orders\",\"_id\":\"1\"}]}",
        "POST|/logs-a/_msearch|{\"index\":\"acme-orders\"}~{}~",
        "POST|/logs-a/_msearch|{\"index\":\"logs-*,acme-*\"}~{}~",
        "POST|/logs-a/_search|{\"query\":{\"terms\":{\"list\":{\"index\":\"acme-orders\",\"id\":\"1\",\"path\":\"list\"}}}}",
        "POST|/logs-a/_search|{\"query\":{\"more_like_this\":{\"like\":[{\"_index\":\"acme-orders\",\"_id\":\"1\"}]}}}",
        "POST|/logs-a/_search|{\"query\":{\"wrapper\":{\"query\":\"e30=\"}}}",
        "POST|/logs-a/_delete_by_query|{\"query\":{\"terms\":{\"list\":{\"index\":\"acme-orders\",\"id\":\"1\",\"path\":\"list\"}}}}",
        "POST|/logs-a/_search/template|{\"source\":\"{}\"}",
        "POST|/logs-a/_search/point_in_time?keep_alive=1m|``",
        "POST|/logs-a/_search?scroll=1m|{}",
        "PUT|/logs-a/_alias/acme-orders|``",
        "PUT|/logs-c|{\"aliases\":{\"acme-invoices\":{}}}",
        "POST|/logs-a/_rollover/acme-x|{}",
        "PUT|/logs-a/_clone/acme-x|{}",
        "PUT|/logs-a/_doc/2?pipeline=elsewhere|{}",
        "GET|/logs-a,acme-orders/_search|``",
        "GET|/logs-a,-logs-b,*/_search|``",
        "GET|/logs-a,%3Clogs-%7Bnow%2Fd%7D%3E/_search|``"
      })
  void noOtherIndexIsReached(String method, String path, String body) throws Exception {
    Answer answer = rig.ask("", method, path, body.replace('~', '\n'));
    assertThat(answer.status()).as(answer.body()).isBetween(400, 501);
    assertThat(answer.body()).contains("\"error\"").doesNotContain("secret");
    assertThat(cluster.ask("GET", "/acme-orders/_doc/1", "").status()).isEqualTo(200);
    assertThat(cluster.call("GET", "/drover-memory,acme-orders/_count", "").path("count").asInt())
        .isEqualTo(2);
    assertThat(cluster.ask("HEAD", "/acme-x,acme-invoices", "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST|/logs-a/_bulk?refresh=true|{\"index\":{\"_index\":\"logs-b\",\"_id\":\"1\"}}~{\"n\":2}~{\"create\":{}}~{}~|\"errors\":false",
        "POST|/logs-a/_mget|{\"docs\":[{\"_index\":\"logs-b\",\"_id\":\"1\"},{\"_id\":\"1\"}]}|\"_index\":\"logs-b\"",
        "POST|/logs-a/_msearch|{\"index\":\"logs-*\"}~{}~|\"status\":200",
        "GET|/logs-a,logs-b/_search|{\"query\":{\"term\":{\"n\":1}}}|\"_index\":\"logs-a\"",
        "GET|/logs-*/_count|``|\"count\"",
        "POST|/logs-b/_search|{\"aggs\":{\"x\":{\"terms\":{\"field\":\"_index\"}}}}|\"buckets\"",
        "POST|/logs-b/_update/1|{\"doc\":{\"m\":1}}|\"_index\":\"logs-b\"",
        "GET|/logs-a/_stats|``|\"primaries\"",
        "POST|/logs-a/_forcemerge|``|\"successful\"",
        "GET|/logs-a/_mapping|``|\"logs-a\"",
        "PUT|/logs-d|{\"settings\":{\"number_of_replicas\":0}}|\"index\":\"logs-d\"",
        "POST|/logs-d/_delete_by_query|{\"query\":{\"match_all\":{}}}|\"deleted\":0"
      })
  void whatTheyAreForPasses(String method, String path, String body, String told) throws Exception {
    Answer answer = rig.ask("", method, path, body.replace('~', '\n'));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains(told);
  }

  /// The same parameters as elsewhere, and none that is dropped.
  @Test
  void whatTheGatewayAnswersByItselfHasTheFormThatWasAskedFor() throws Exception {
    assertThat(rig.ask("acme", "GET", "/_cluster/health?filter_path=status", "").body())
        .isEqualTo("{\"status\":\"green\"}");
    assertThat(rig.ask("", "GET", "/?filter_path=version.number&pretty", "").body())
        .isEqualToIgnoringWhitespace("{\"version\":{\"number\":\"2.19.0\"}}")
        .contains("\n");
    assertThat(rig.ask("acme", "GET", "/_cluster/health?wait_for_nodes=3", "").status())
        .isEqualTo(403);
    assertThat(rig.ask("acme", "GET", "/?bogus=1", "").body()).contains("bogus");
    Answer byQuery =
        rig.ask(
            "acme",
            "POST",
            "/orders/_delete_by_query?filter_path=deleted",
            "{\"query\":{\"term\":{\"n\":77}}}");
    assertThat(byQuery.body()).isEqualTo("{\"deleted\":0}");
  }
}
