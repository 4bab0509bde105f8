package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.Preflight;
import dev.drover.core.mover.Preflight.Severity;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names by which clients reach documents, and that are no index, when the tenant moves.
class OtherNamesTest {
  private static Rig rig;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    TestCluster a = TestCluster.start(Release.THREE, directory.resolve("a"));
    TestCluster b = TestCluster.start(Release.THREE, directory.resolve("b"));
    rig = new Rig(a, b, OpenSearchMoverOptions.DEFAULT);
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  private static void make(TestCluster cluster, String index, String settings) throws Exception {
    cluster.call(
        "PUT", "/" + index, "{\"settings\":{\"number_of_replicas\":0%s}}".formatted(settings));
    cluster.call("PUT", "/" + index + "/_doc/1?refresh=true", "{\"n\":1}");
  }

  private static void alias(TestCluster cluster, String index, String alias, String how)
      throws Exception {
    cluster.call(
        "POST",
        "/_aliases",
        "{\"actions\":[{\"add\":{\"index\":\"%s\",\"alias\":\"%s\"%s}}]}"
            .formatted(index, alias, how));
  }

  private static List<Preflight.Finding> findings(String tenant, String from, String to)
      throws Exception {
    return rig.mover.preflight(rig.task(tenant, Rig.A, from, Rig.B, to)).findings();
  }

  private static boolean has(List<Preflight.Finding> all, Severity severity, String check) {
    return all.stream().anyMatch(each -> each.severity() == severity && each.check().equals(check));
  }

  /// Under its own name it would be an index of the tenant beside it.
  @Test
  void anAliasIsCalledAtTheTargetAsAnIndexWouldBe() throws Exception {
    make(rig.a(), "one-orders", "");
    alias(rig.a(), "one-orders", "one-globex-invoices", ",\"filter\":{\"term\":{\"n\":1}}");
    alias(rig.a(), "one-orders", "everything", "");
    TinyGateway gateway = new TinyGateway("one", rig.a(), "index:one-*");
    rig.move(rig.task("one", Rig.A, "index:one-*", Rig.B, "index:new-*"), gateway);
    assertThat(rig.b().call("GET", "/new-orders/_alias", "").toString())
        .contains("new-globex-invoices", "filter")
        .doesNotContain("one-globex", "everything");
  }

  /// The delete is noted under the alias; the document is in an index.
  @Test
  void whatIsDeletedByAnAliasStaysDeleted() throws Exception {
    make(rig.a(), "two-orders", "");
    make(rig.a(), "two-others", "");
    alias(rig.a(), "two-orders", "two-current", "");
    TinyGateway gateway = new TinyGateway("two", rig.a(), "index:two-*");
    for (int i = 0; i < 20; i++) {
      long _ = gateway.put("orders", "d" + i, null, "{\"n\":" + i + "}");
    }
    rig.move(
        rig.task("two", Rig.A, "index:two-*", Rig.B, "index:two-*"),
        gateway,
        () -> {
          for (int i = 0; i < 10; i++) {
            gateway.delete("current", "d" + i, null);
          }
        });
    rig.b().call("POST", "/two-orders/_refresh", "");
    assertThat(rig.b().call("GET", "/two-orders/_count", "").path("count").asInt()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({"index:bad-*, index:bad-*", "index:bad-*, cluster", "index:bad-*, shared:bad-*"})
  void whatWouldBeLeftBehindIsRefused(String from, String to) throws Exception {
    if (rig.a().ask("HEAD", "/bad-orders", "").status() == 404) {
      make(rig.a(), "bad-orders", "");
      make(rig.a(), "elsewhere", "");
      alias(rig.a(), "elsewhere", "bad-outside", "");
      rig.a()
          .call(
              "PUT",
              "/_index_template/streams",
              "{\"index_patterns\":[\"bad-logs*\"],\"data_stream\":{},\"template\":{\"settings\":{\"number_of_replicas\":0}}}");
      rig.a().call("PUT", "/_data_stream/bad-logs", "");
    }
    List<Preflight.Finding> all = findings("bad", from, to);
    assertThat(all.toString()).contains("leads to index 'elsewhere'", "data stream 'bad-logs'");
    assertThat(has(all, Severity.REFUSAL, "source-aliases")).isTrue();
    assertThat(has(all, Severity.REFUSAL, "source-streams")).isTrue();
  }

  @Test
  void anAliasThatClientsWouldLoseIsRefused() throws Exception {
    make(rig.a(), "three-orders", "");
    make(rig.b(), "all-orders", "");
    alias(rig.a(), "three-orders", "three-current", "");
    assertThat(findings("three", "index:three-*", "shared:all-*").toString())
        .contains("or make the alias 'all-current' there");
    assertThat(
            has(
                findings("three", "index:three-*", "index:three-orders=orders"),
                Severity.REFUSAL,
                "source-aliases"))
        .isTrue();
    alias(rig.b(), "all-orders", "all-current", "");
    assertThat(findings("three", "index:three-*", "shared:all-*").toString())
        .doesNotContain("source-aliases");
  }

  @Test
  void anAliasWithARoutingIsRefused() throws Exception {
    make(rig.a(), "four-orders", "");
    alias(rig.a(), "four-orders", "four-routed", ",\"routing\":\"x\"");
    assertThat(findings("four", "index:four-*", "index:four-*").toString())
        .contains("has a routing");
  }

  /// Clients of the tenant would reach what is not theirs.
  @Test
  void aNameThatIsTakenAtTheTargetIsRefused() throws Exception {
    make(rig.a(), "five-orders", "");
    make(rig.b(), "globex-invoices", "");
    alias(rig.b(), "globex-invoices", "five-current", "");
    assertThat(
            has(
                findings("five", "index:five-*", "index:five-*"),
                Severity.REFUSAL,
                "target-aliases"))
        .isTrue();
  }

  @Test
  void settingsUnderWhichAMoveCouldNotWorkAreRefused() throws Exception {
    make(rig.a(), "six-orders", ",\"index.max_result_window\":500");
    List<Preflight.Finding> all = findings("six", "index:six-*", "index:six-*");
    assertThat(has(all, Severity.REFUSAL, "source-window")).as(all.toString()).isTrue();
  }
}
