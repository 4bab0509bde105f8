package dev.drover.opensearch.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.server.TestCluster.Answer;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An alias whose name is a tenant's can lead to what is none of it.
class ForeignAliasesTest {
  @Test
  void nothingIsShownOrChangedThatAnAliasReachesElsewhere(@TempDir Path directory)
      throws Exception {
    try (TestCluster a = TestCluster.start(NodeProgram.Release.THREE, directory);
        GatewayRig rig =
            new GatewayRig(
                a.port(),
                a.port(),
                Map.of("acme", "a/index:acme-*"),
                HttpClient.Version.HTTP_1_1)) {
      for (String index : new String[] {"acme-orders", "globex-orders"}) {
        a.call("PUT", "/" + index, "{\"settings\":{\"number_of_replicas\":0}}");
        a.call("PUT", "/" + index + "/_doc/1?refresh=true", "{\"of\":\"" + index + "\"}");
      }
      a.call(
          "POST",
          "/_aliases",
          "{\"actions\":[{\"add\":{\"index\":\"globex-orders\",\"alias\":\"acme-theirs\"}},{\"add\":{\"index\":\"acme-orders\",\"alias\":\"acme-mine\"}}]}");
      assertThat(rig.ask("acme", "GET", "/mine/_doc/1", "").body())
          .contains("\"_index\":\"orders\"", "acme-orders");
      for (String path : new String[] {"/theirs/_doc/1", "/theirs/_search"}) {
        Answer answer = rig.ask("acme", "GET", path, "");
        assertThat(answer.status()).as(answer.body()).isEqualTo(502);
        assertThat(answer.body()).contains("an alias there leads out").doesNotContain("globex");
      }
      Answer byQuery =
          rig.ask("acme", "POST", "/theirs/_delete_by_query", "{\"query\":{\"match_all\":{}}}");
      assertThat(byQuery.status()).as(byQuery.body()).isEqualTo(403);
      assertThat(a.ask("GET", "/globex-orders/_doc/1", "").status()).isEqualTo(200);
    }
  }
}
