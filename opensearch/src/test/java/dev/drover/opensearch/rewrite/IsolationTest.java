package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.TestCluster;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// On a real node, a tenant of a shared index is shown what it would be shown at an index that
/// holds its documents alone, and nothing of its neighbours.
class IsolationTest {
  private static final int CASES = 7_000;
  private static final int BATCH = 60;
  private static final long SEED = 20_261_130;

  private static final RequestView ACME = Views.ACME;

  /// Where a field keeps tenants apart.
  private static final RequestView TAGGED = Views.of("acme", "shared:tagged-*:tenant");

  private static final RequestView ALONE = Views.of("gamma", "index:solo-*");

  @TempDir static Path directory;
  private static TestCluster cluster;

  @BeforeAll
  static void documents() throws Exception {
    cluster =
        TestCluster.start(
            Views.RELEASE,
            directory.resolve("node"),
            "indices.breaker.total.use_real_memory=false");
    cluster.call("PUT", "/all-orders", Corpus.MAPPING);
    cluster.call("PUT", "/solo-orders", Corpus.MAPPING);
    cluster.call(
        "PUT",
        "/tagged-orders",
        Corpus.MAPPING.replaceFirst(
            "\"properties\":\\{", "\"properties\":{\"tenant\":{\"type\":\"keyword\"},"));
    Corpus corpus = new Corpus(SEED);
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < Corpus.DOCUMENTS; i++) {
      String mine = corpus.document("acme", i);
      index(bulk, "all-orders", "acme:" + i, "acme", mine);
      String others = corpus.document("beta", i);
      index(bulk, "all-orders", "beta:" + i, "beta", others);
      index(bulk, "tagged-orders", "acme:" + i, "", tagged("acme", mine));
      index(bulk, "tagged-orders", "beta:" + i, "", tagged("beta", others));
      index(bulk, "solo-orders", Integer.toString(i), "", mine);
    }
    JsonNode answer = cluster.call("POST", "/_bulk", bulk.toString());
    assertThat(answer.get("errors").asBoolean()).as("%s", answer).isFalse();
    cluster.call("POST", "/_forcemerge?max_num_segments=1", "");
    cluster.call("POST", "/_refresh", "");
  }

  private static String tagged(String tenant, String document) {
    return "{\"tenant\":\"%s\",%s".formatted(tenant, document.substring(1));
  }

  private static void index(
      StringBuilder bulk, String index, String id, String routing, String document) {
    bulk.append("{\"index\":{\"_index\":\"%s\",\"_id\":\"%s\"".formatted(index, id));
    bulk.append(routing.isEmpty() ? "" : ",\"routing\":\"" + routing + "\"");
    bulk.append("}}\n").append(document).append('\n');
  }

  @AfterAll
  static void end() {
    cluster.close();
  }

  /// A body that both indices are asked.
  private record Case(String body, String index, String shared, String alone) {}

  /// What a run over the corpus has found.
  private static final class Found {
    private int sent;
    private int refused;
    private int failed;
    private final List<String> wrong = new ArrayList<>();
  }

  @Test
  void aTenantSeesItsOwnDocumentsAndNoOthers() throws Exception {
    Found found = run(ACME, CASES, UnaryOperator.identity());
    System.out.printf(
        "%d searches sent, %d refused at the shared index alone, %d failed at both%n",
        found.sent, found.refused, found.failed);
    found.wrong.forEach(each -> System.out.println("WRONG " + each));
    assertThat(found.wrong.stream().limit(5)).isEmpty();
    assertThat(found.sent).isGreaterThan(5_000);
  }

  @Test
  void soItDoesWhereAFieldKeepsThemApart() throws Exception {
    Found found = run(TAGGED, CASES / 2, UnaryOperator.identity());
    found.wrong.forEach(each -> System.out.println("WRONG " + each));
    assertThat(found.wrong.stream().limit(5)).isEmpty();
    assertThat(found.sent).isGreaterThan(2_000);
  }

  private static Found run(RequestView view, int cases, UnaryOperator<String> hole)
      throws Exception {
    Corpus corpus = new Corpus(SEED + 1);
    Found found = new Found();
    List<Case> batch = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      String body = corpus.search();
      Optional<Case> made = made(view, body, found, hole);
      made.ifPresent(batch::add);
      if (batch.size() == BATCH || i == cases - 1) {
        ask(batch, found);
        batch.clear();
      }
    }
    return found;
  }

  private static Optional<Case> made(
      RequestView view, String body, Found found, UnaryOperator<String> hole) {
    String shared;
    try {
      shared = hole.apply(rewritten(body, view));
    } catch (Refused e) {
      found.refused++;
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Case(body, view.physical(), shared, comparable(rewritten(body, ALONE))));
    } catch (Refused e) {
      found.wrong.add("only the index of its own refuses " + body + ": " + e.reason());
      return Optional.empty();
    }
  }

  private static String rewritten(String body, RequestView view) throws Refused {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new String(
        SearchBody.of(bytes, view, Optional.empty(), Views.PITS).body(), StandardCharsets.UTF_8);
  }

  /// By default the cluster compares with nested documents too, which have no routing. A background
  /// of whole documents is what a tenant of a shared index has.
  private static String comparable(String alone) {
    return alone.replaceAll(
        "(\"significant_te[a-z]+\":\\{\"field\":\"[a-z]+\",\"min_doc_count\":1)\\}",
        "$1,\"background_filter\":{\"exists\":{\"field\":\"qty\"}}}");
  }

  private static void ask(List<Case> batch, Found found) throws Exception {
    StringBuilder all = new StringBuilder();
    for (Case each : batch) {
      all.append("{\"index\":\"%s\"}\n".formatted(each.index)).append(each.shared).append('\n');
      all.append("{\"index\":\"solo-orders\"}\n").append(each.alone).append('\n');
    }
    if (batch.isEmpty()) {
      return;
    }
    TestCluster.Answer answer = cluster.ask("POST", "/_msearch", all.toString());
    if (answer.status() == 200) {
      JsonNode answers = answer.json().get("responses");
      for (int i = 0; i < batch.size(); i++) {
        compare(batch.get(i), answers.get(2 * i), answers.get(2 * i + 1), found);
      }
      return;
    }
    for (Case each : batch) {
      compare(
          each,
          cluster.ask("POST", "/" + each.index + "/_search", each.shared).json(),
          cluster.ask("POST", "/solo-orders/_search", each.alone).json(),
          found);
    }
  }

  private static void compare(Case of, JsonNode shared, JsonNode alone, Found found) {
    found.sent++;
    if (shared.has("error") || alone.has("error")) {
      if (shared.has("error") && alone.has("error")) {
        found.failed++;
      } else {
        found.wrong.add("only one fails: " + of + " " + shared.get("error") + alone.get("error"));
      }
      return;
    }
    Oracle.foreign(shared, "acme")
        .ifPresent(what -> found.wrong.add(what + ": " + of.body + " -> " + shared));
    if (!of.body.contains("more_like_this")) {
      Oracle.difference(shared, alone, JsonMapper.shared().readTree(of.body).has("sort"))
          .ifPresent(what -> found.wrong.add(what + ": " + of));
    }
  }

  /// What would be forgotten in the code.
  enum Hole {
    FILTER_OF_EXISTS,
    BACKGROUND,
    GLOBAL,
    MIN_DOC_COUNT,
    LOOKUP;

    String in(String body) {
      String filter = "{\"term\":{\"_routing\":\"acme\"}}";
      return switch (this) {
        case FILTER_OF_EXISTS ->
            body.startsWith("{\"size\":100,\"query\":{\"bool\":{\"must\":[{\"exists\"")
                ? body.replace(filter, "{\"match_all\":{}}")
                : body;
        case BACKGROUND ->
            body.replace(
                "\"background_filter\":" + filter, "\"background_filter\":{\"match_all\":{}}");
        case GLOBAL -> body.replace("\"sampler\":{\"shard_size\":500}", "\"global\":{}");
        case MIN_DOC_COUNT ->
            body.replace(
                "\"field\":\"tag\",\"size\":50",
                "\"field\":\"tag\",\"min_doc_count\":0,\"size\":50");
        case LOOKUP -> body.replace("\"id\":\"acme:beta:", "\"id\":\"beta:");
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Hole.class)
  void aHoleIsFound(Hole hole) throws Exception {
    assertThat(run(ACME, 700, hole::in).wrong).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Hole.class)
  void aHoleIsFoundWhereAFieldKeepsThemApart(Hole hole) throws Exception {
    UnaryOperator<String> open =
        body ->
            hole.in(body.replace("\"tenant\":\"acme\"", "\"_routing\":\"acme\""))
                .replace("\"_routing\":\"acme\"", "\"tenant\":\"acme\"");
    assertThat(run(TAGGED, 700, open).wrong).isNotEmpty();
  }
}
