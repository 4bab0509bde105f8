package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On a real node, an error never comes from a document of another tenant. Beta's documents lack
/// the field by which acme's are scored, so a score that is computed for one of them is an error.
class ErrorsTest {
  private static final int EACH = 6_000;

  @TempDir static Path directory;
  private static TestCluster cluster;

  @BeforeAll
  static void documents() throws Exception {
    cluster = TestCluster.start(Views.RELEASE, directory.resolve("node"));
    cluster.call(
        "PUT",
        "/all-orders",
        "{\"settings\":{\"number_of_shards\":1,\"number_of_replicas\":0,\"refresh_interval\":-1},\"mappings\":{\"properties\":{\"q\":{\"type\":\"integer\"},\"t\":{\"type\":\"keyword\"}}}}");
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < EACH; i++) {
      bulk.append(line("acme", i)).append("{\"t\":\"x\",\"q\":").append(i).append("}\n");
      bulk.append(line("beta", i)).append("{\"t\":\"x\"}\n");
    }
    assertThat(cluster.call("POST", "/_bulk", bulk.toString()).get("errors").asBoolean()).isFalse();
    cluster.call("POST", "/_forcemerge?max_num_segments=1", "");
    cluster.call("POST", "/_refresh", "");
  }

  private static String line(String tenant, int number) {
    return "{\"index\":{\"_index\":\"all-orders\",\"_id\":\"%s:%d\",\"routing\":\"%s\"}}\n"
        .formatted(tenant, number, tenant);
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static final String SCORED =
      "{'function_score':{'query':{'term':{'t':'x'}},'field_value_factor':{'field':'q'}}}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'size':10,'query':X}",
        "{'size':0,'query':X}",
        "{'size':10,'query':{'bool':{'should':[X,{'exists':{'field':'t'}}]}}}",
        "{'size':10,'query':{'bool':{'must':[{'exists':{'field':'t'}}],'should':[X]}}}",
        "{'size':10,'query':{'bool':{'filter':[X]}}}",
        "{'size':0,'query':{'bool':{'must_not':[X]}}}",
        "{'size':10,'query':{'dis_max':{'queries':[X,{'term':{'t':'x'}}]}}}",
        "{'size':10,'query':{'boosting':{'positive':{'term':{'t':'x'}},'negative':X,'negative_boost':0.5}}}",
        "{'size':10,'query':{'function_score':{'query':{'term':{'t':'x'}},'functions':[{'filter':X,'weight':2}]}}}",
        "{'size':10,'query':{'function_score':{'field_value_factor':{'field':'q'}}}}",
        "{'size':0,'aggs':{'a':{'filter':X}}}",
        "{'size':10,'query':{'term':{'t':'x'}},'post_filter':X}",
        "{'size':10,'query':{'term':{'t':'x'}},'rescore':{'query':{'rescore_query':X}}}"
      })
  void scoresAreComputedForItsOwnDocumentsAlone(String shape) throws Exception {
    byte[] body = Views.bytes(shape.replace("X", SCORED));
    String rewritten =
        new String(
            SearchBody.of(body, Views.ACME, Optional.empty(), Views.PITS).body(),
            StandardCharsets.UTF_8);
    // A cluster may keep what it has computed after some times.
    for (int i = 0; i < 6; i++) {
      TestCluster.Answer answer =
          cluster.ask("POST", "/all-orders/_search?request_cache=false", rewritten);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  /// OpenSearch 2 asks the filter first.
  @Test
  void aFilterThatOnlyStandsBesideIsNotEnough() throws Exception {
    assumeThat(Views.RELEASE).isEqualTo(NodeProgram.Release.THREE);
    String query = "{'bool':{'should':[" + SCORED + ",{'exists':{'field':'t'}}]}}";
    String beside =
        "{'size':10,'query':{'bool':{'must':[%s],'filter':[{'term':{'_routing':'acme'}}]}}}"
            .formatted(query);
    TestCluster.Answer answer =
        cluster.ask(
            "POST", "/all-orders/_search", new String(Views.bytes(beside), StandardCharsets.UTF_8));
    assertThat(answer.body()).contains("Missing value for field");
  }
}
