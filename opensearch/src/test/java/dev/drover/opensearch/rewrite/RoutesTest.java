package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.TestCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// On a real node, bodies of all kinds reach the tenant's documents and no others.
class RoutesTest {
  private static final int EACH = 20;

  private static final Set<String> NUMBERS =
      Set.of(
          "from",
          "size",
          "version",
          "batched_reduce_size",
          "pre_filter_shard_size",
          "min_score",
          "max_concurrent_shard_requests",
          "max_concurrent_searches",
          "terminate_after",
          "retry_on_conflict",
          "wait_for_active_shards");
  private static final Set<String> TIMES =
      Set.of(
          "timeout",
          "cancel_after_time_interval",
          "keep_alive",
          "cluster_manager_timeout",
          "master_timeout");

  @TempDir static Path directory;
  private static TestCluster cluster;

  @BeforeAll
  static void documents() throws Exception {
    cluster = TestCluster.start(Views.RELEASE, directory.resolve("node"));
    cluster.call("PUT", "/all-orders", Corpus.MAPPING);
    Corpus corpus = new Corpus(3);
    for (String tenant : List.of("acme", "beta")) {
      for (int i = 0; i < EACH; i++) {
        cluster.call(
            "PUT",
            "/all-orders/_doc/%s:%d?routing=%s".formatted(tenant, i, tenant),
            corpus.document(tenant, i));
      }
    }
    cluster.call("POST", "/all-orders/_refresh", "");
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static String search(String body) throws Refused {
    return text(SearchBody.of(Views.bytes(body), Views.ACME, Optional.empty(), Views.PITS).body());
  }

  private static JsonNode ask(String method, String path, String body) throws Exception {
    return cluster.call(method, path, body);
  }

  @Test
  void aCountAndAValidationAreOfItsDocuments() throws Exception {
    String body = text(QueryBody.of(new byte[0], Views.ACME, Optional.empty()));
    assertThat(ask("POST", "/all-orders/_count", body).get("count").asInt()).isEqualTo(EACH);
    JsonNode valid = ask("POST", "/all-orders/_validate/query", body);
    assertThat(valid.get("valid").asBoolean()).isTrue();
  }

  @Test
  void documentsOfOthersAreNotThere() throws Exception {
    byte[] body = MgetBody.of(Views.bytes("{'ids':['1','beta:1','acme:1']}"), Views.ACME).body();
    JsonNode docs = ask("POST", "/_mget", text(body)).get("docs");
    assertThat(docs.get(0).get("found").asBoolean()).isTrue();
    assertThat(docs.get(1).get("found").asBoolean()).isFalse();
    assertThat(docs.get(2).get("found").asBoolean()).isFalse();
  }

  @Test
  void severalSearchesFindItsDocuments() throws Exception {
    byte[] body =
        MsearchBody.of(
            Views.bytes("{}\n{}\n{'index':'orders'}\n{'size':0}\n"), Views.ACME, Views.PITS);
    for (JsonNode each : ask("POST", "/_msearch", text(body)).get("responses")) {
      assertThat(each.get("hits").get("total").get("value").asInt()).isEqualTo(EACH);
      assertThat(each.toString()).doesNotContain("beta");
    }
  }

  @Test
  void aPointInTimeIsFiltered() throws Exception {
    String id =
        ask("POST", "/all-orders/_search/point_in_time?keep_alive=1m", "").get("pit_id").asString();
    SearchBody body =
        SearchBody.of(
            Views.bytes("{'size':100,'pit':{'id':'x'},'sort':['_doc']}"),
            Views.ACME,
            Optional.empty(),
            any -> id);
    assertThat(body.pit()).isTrue();
    JsonNode hits = ask("POST", "/_search", text(body.body())).get("hits").get("hits");
    assertThat(hits).hasSize(EACH);
  }

  @Test
  void termVectorsCountNothing() throws Exception {
    String body = text(OtherBodies.termVectors(Views.bytes("{'fields':['body']}"), Views.ACME));
    JsonNode answer = ask("POST", "/all-orders/_termvectors/acme:1?routing=acme", body);
    assertThat(answer.get("found").asBoolean()).isTrue();
    assertThat(answer.toString()).doesNotContain("sum_doc_freq", "doc_freq");
  }

  @Test
  void anUpdateReachesItsDocument() throws Exception {
    String body =
        text(
            UpdateBody.of(
                    Views.bytes(
                        "{'script':{'source':'ctx._source.need=9;ctx._routing=\\u0027beta\\u0027'}}"),
                    Views.ACME)
                .body());
    TestCluster.Answer answer =
        cluster.ask("POST", "/all-orders/_update/acme:3?routing=acme&refresh=true", body);
    JsonNode beta = ask("GET", "/all-orders/_doc/beta:3?routing=beta", "");
    assertThat(beta.get("_source").get("need").asInt()).isNotEqualTo(9);
    assertThat(answer.status()).isIn(200, 400);
  }

  @Test
  void deletingByQueryLeavesOthersAlone() throws Exception {
    cluster.call("PUT", "/all-gone", Corpus.MAPPING);
    for (String tenant : List.of("acme", "beta")) {
      cluster.call(
          "PUT", "/all-gone/_doc/%s:1?refresh=true&routing=%s".formatted(tenant, tenant), "{}");
    }
    byte[] query = ByQueryBody.of(new byte[0], Views.ACME, false, Optional.empty()).query();
    JsonNode answer =
        ask("POST", "/all-gone/_delete_by_query?refresh=true", "{\"query\":" + text(query) + "}");
    assertThat(answer.get("deleted").asInt()).isEqualTo(1);
    assertThat(ask("GET", "/all-gone/_doc/beta:1?routing=beta", "").get("found").asBoolean())
        .isTrue();
  }

  /// The same query on the same index, with and without the filter.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'match_all':{}}",
        "{'match':{'body':'red green'}}",
        "{'bool':{'should':[{'match':{'title':'blue'}},{'term':{'tag':'red'}}]}}",
        "{'dis_max':{'queries':[{'match':{'title':'blue'}},{'match':{'body':'old new'}}]}}",
        "{'constant_score':{'filter':{'exists':{'field':'tag'}},'boost':3}}",
        "{'function_score':{'query':{'match':{'body':'red'}},'field_value_factor':{'field':'need'}}}",
        "{'more_like_this':{'fields':['body'],'like':'red green old','min_term_freq':1,'min_doc_freq':1}}",
        "{'nested':{'path':'comments','query':{'match':{'comments.text':'new'}}}}"
      })
  void scoresAreWhatTheyWereWithoutTheFilter(String query) throws Exception {
    String body = "{'size':100,'query':" + query + "}";
    Map<String, Double> filtered = scores(search(body));
    Map<String, Double> all = scores(text(Views.bytes(body)));
    all.keySet().removeIf(id -> !id.startsWith("acme:"));
    assertThat(filtered).isNotEmpty().isEqualTo(all);
  }

  private static Map<String, Double> scores(String body) throws Exception {
    Map<String, Double> scores = new TreeMap<>();
    for (JsonNode hit : ask("POST", "/all-orders/_search", body).get("hits").get("hits")) {
      scores.put(hit.get("_id").asString(), hit.get("_score").asDouble());
    }
    return scores;
  }

  /// Texts that name hidden fields in ways that are not refused.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "_rout*:beta",
        "_rout\\\\*:beta",
        "_i*:*",
        "*:beta",
        "\\\"_routing:beta\\\"",
        "_?outing:beta",
        "/_routing/:beta",
        "(_rout*:beta) OR tag:*",
        "NOT _rout*:acme"
      })
  void textsOfQueriesFindOnlyItsDocuments(String query) throws Exception {
    String body = search("{'size':100,'query':{'query_string':{'query':'" + query + "'}}}");
    TestCluster.Answer answer = cluster.ask("POST", "/all-orders/_search", body);
    if (answer.status() == 200) {
      List<String> ids = new ArrayList<>();
      answer.json().get("hits").get("hits").forEach(hit -> ids.add(hit.get("_id").asString()));
      assertThat(ids).allMatch(id -> id.startsWith("acme:"));
    } else {
      assertThat(answer.status()).isEqualTo(400);
    }
  }

  /// A parameter that passes is one that the cluster knows.
  @ParameterizedTest
  @EnumSource(Endpoint.class)
  void parametersThatPassAreKnownToTheCluster(Endpoint endpoint) throws Exception {
    // The health of an index that is not there is waited for.
    List<String> paths = endpoint.paths();
    String path =
        (endpoint == Endpoint.HEALTH ? paths.getFirst() : paths.getLast())
            .replace("{index}", "all-params")
            .replace("{id}", "acme:1")
            .replace("{name}", "index.*");
    String method = endpoint.methods().getFirst();
    List<String> unknown = new ArrayList<>();
    for (var each : UrlRules.of(endpoint).entrySet()) {
      if (each.getValue().cluster() == Decision.PASS) {
        String value =
            NUMBERS.contains(each.getKey()) ? "1" : TIMES.contains(each.getKey()) ? "1s" : "true";
        String answer = cluster.ask(method, path + "?" + each.getKey() + "=" + value, "").body();
        if (answer.contains("unrecognized parameter")) {
          unknown.add(each.getKey());
        }
      }
    }
    // It reads these only beside [suggest_field].
    unknown.removeIf(name -> name.startsWith("suggest_"));
    assertThat(unknown).isEmpty();
  }

  /// An index that is not there is no reason for the cluster to search all of them.
  @ParameterizedTest
  @ValueSource(strings = {"_search", "_count"})
  void anIndexThatIsNotThereFindsNothing(String what) throws Exception {
    String answer =
        cluster
            .ask(
                "POST",
                "/all-nothing/" + what + "?ignore_unavailable=true&allow_no_indices=true",
                "{}")
            .body();
    assertThat(answer).doesNotContain("acme").containsAnyOf("\"count\":0", "\"value\":0");
  }
}
