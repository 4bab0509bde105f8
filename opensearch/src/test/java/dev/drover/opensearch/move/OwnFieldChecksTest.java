package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Placement;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Preflight;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a move to a place where a field keeps tenants apart has to refuse.
class OwnFieldChecksTest {
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

  private static void make(TestCluster cluster, String index, String field) throws Exception {
    cluster.call(
        "PUT",
        "/" + index,
        "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"properties\":{\"n\":{\"type\":\"long\"}%s}}}"
            .formatted(field.isEmpty() ? "" : ",\"own\":" + field));
  }

  private static List<String> refusals(String tenant, String from, String to) throws Exception {
    return rig.mover.preflight(rig.task(tenant, Rig.A, from, Rig.B, to)).findings().stream()
        .filter(each -> each.severity() == Preflight.Severity.REFUSAL)
        .map(Preflight.Finding::check)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dynamic|``",
        "text|{\"type\":\"text\"}",
        "short|{\"type\":\"keyword\",\"ignore_above\":8}",
        "hidden|{\"type\":\"keyword\",\"index\":false}"
      })
  void aFieldThatDoesNotHoldNamesExactly(String name, String mapping) throws Exception {
    make(rig.a(), "src-" + name, "");
    make(rig.b(), "dst-" + name, mapping);
    String from = "index:src-%s=orders".formatted(name);
    assertThat(refusals("acme", from, "shared:dst-%s=orders:own#1".formatted(name)))
        .contains("target-field");
    make(rig.b(), "well-" + name, "{\"type\":\"keyword\"}");
    assertThat(refusals("acme", from, "shared:well-%s=orders:own#1".formatted(name))).isEmpty();
    assertThat(refusals("a-b", from, "shared:well-%s=orders:own#1".formatted(name)))
        .contains("tenant-name");
  }

  @Test
  void aDocumentThatHasTheFieldItself() throws Exception {
    make(rig.a(), "having-orders", "{\"type\":\"keyword\"}");
    make(rig.b(), "all-orders", "{\"type\":\"keyword\"}");
    rig.a().call("PUT", "/having-orders/_doc/1?refresh=true", "{\"own\":\"beta\"}");
    assertThat(refusals("acme", "index:having-*", "shared:all-*:own#1")).contains("target-field");
  }

  /// One that no search finds, for its field is not mapped.
  @Test
  void aDocumentWhoseFieldNobodySees() throws Exception {
    rig.a()
        .call(
            "PUT",
            "/unseen-orders",
            "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"dynamic\":false}}");
    make(rig.b(), "other-orders", "{\"type\":\"keyword\"}");
    rig.a().call("PUT", "/unseen-orders/_doc/1?refresh=true", "{\"own\":\"beta\"}");
    TinyGateway gateway = new TinyGateway("acme", rig.a(), "index:unseen-*");
    assertThatThrownBy(
            () ->
                rig.move(
                    rig.task("acme", Rig.A, "index:unseen-*", Rig.B, "shared:other-*:own#1"),
                    gateway))
        .isInstanceOf(MoverException.Refused.class)
        .hasMessageContaining("has the field [own]");
    assertThat(rig.b().ask("GET", "/other-orders/_doc/acme:1", "").status()).isEqualTo(404);
  }

  /// What is counted and compared is what clients have written.
  @Test
  void theDigestIsTheSameWithAndWithoutTheField() throws Exception {
    make(rig.a(), "tagged-orders", "{\"type\":\"keyword\"}");
    TinyGateway tagged = new TinyGateway("sum", rig.a(), "shared:tagged-*:own");
    TinyGateway plain = new TinyGateway("sum", rig.a(), "index:plain-*");
    for (int i = 0; i < 50; i++) {
      for (TinyGateway each : List.of(tagged, plain)) {
        long _ = each.put("orders", "d" + i, null, "{\"n\":" + i + "}");
      }
    }
    assertThat(sum("shared:tagged-*:own")).isEqualTo(sum("index:plain-*"));
    assertThat(sum("index:plain-*").items()).isEqualTo(50);
  }

  private static Holdings.Sum sum(String place) throws IOException {
    return Holdings.of(
        new OpenSearchHome(Rig.A, "127.0.0.1", rig.a().port()),
        "sum",
        new Placement(Rig.A, place),
        _ -> {});
  }
}
