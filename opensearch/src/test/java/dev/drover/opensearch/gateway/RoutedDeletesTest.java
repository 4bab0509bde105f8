package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A document that its client has given a routing is found by that only: a note of its delete
/// without it would be looked for at another shard, and the document would come back after the
/// move.
class RoutedDeletesTest {
  @Test
  void aNoteOfADeleteHasTheRoutingOfItsDocument(@TempDir Path directory) throws Exception {
    try (TestCluster a = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("a"));
        GatewayRig rig =
            new GatewayRig(
                a.port(), a.port(), Map.of("own", "a/index:own-*"), HttpClient.Version.HTTP_1_1)) {
      a.call(
          "PUT", "/own-orders", "{\"settings\":{\"number_of_shards\":5,\"number_of_replicas\":0}}");
      for (String id : new String[] {"url", "item", "bulk", "script", "query", "plain"}) {
        String by = id.equals("plain") ? "" : "routing=of-" + id + "&";
        Answer put =
            rig.ask("own", "PUT", "/orders/_doc/" + id + "?" + by + "refresh=true", "{\"n\":1}");
        assertThat(put.status()).as(put.body()).isEqualTo(201);
      }
      rig.drain("own", "b/index:own-*#1");
      rig.ask("own", "DELETE", "/orders/_doc/url?routing=of-url", "");
      rig.ask("own", "DELETE", "/orders/_doc/plain", "");
      rig.ask(
          "own",
          "POST",
          "/orders/_bulk",
          "{\"delete\":{\"_id\":\"item\",\"routing\":\"of-item\"}}\n");
      rig.ask("own", "POST", "/orders/_bulk?routing=of-bulk", "{\"delete\":{\"_id\":\"bulk\"}}\n");
      rig.ask(
          "own",
          "POST",
          "/orders/_update/script?routing=of-script",
          "{\"script\":\"ctx.op='delete'\"}");
      Answer byQuery =
          rig.ask(
              "own",
              "POST",
              "/orders/_delete_by_query",
              "{\"query\":{\"ids\":{\"values\":[\"query\"]}}}");
      assertThat(byQuery.json().path("deleted").asInt()).as(byQuery.body()).isEqualTo(1);
      a.call("POST", "/own-orders,drover-deletes/_refresh", "");
      assertThat(a.call("GET", "/own-orders/_count", "").path("count").asInt()).isZero();
      Map<String, String> noted = new TreeMap<>();
      for (JsonNode hit :
          a.call("GET", "/drover-deletes/_search?size=100", "").path("hits").path("hits")) {
        noted.put(
            hit.path("_source").path("id").asString(),
            hit.path("_source").path("routing").asString(""));
      }
      assertThat(noted)
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "url", "of-url",
                  "item", "of-item",
                  "bulk", "of-bulk",
                  "script", "of-script",
                  "query", "of-query",
                  "plain", ""));
    }
  }
}
