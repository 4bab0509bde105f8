package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.Preflight;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A tenant goes from OpenSearch 2.19 to 3.8, and not back.
class BetweenReleasesTest {
  @TempDir static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new Rig(
            TestCluster.start(Release.TWO, directory.resolve("a")),
            TestCluster.start(Release.THREE, directory.resolve("b")),
            OpenSearchMoverOptions.DEFAULT.withPages(100));
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  @Test
  void aTenantMovesToANewerReleaseUnderItsWritersAndNotBack() throws Exception {
    rig.a()
        .call(
            "PUT",
            "/acme-orders",
            """
            {"settings":{"number_of_shards":2,"analysis":{"analyzer":{"mine":{"tokenizer":"standard","filter":["lowercase"]}}},
              "index.sort.field":["n"],"index.sort.order":["desc"]},
             "mappings":{"properties":{"n":{"type":"long"},"text":{"type":"text","analyzer":"mine"}}},
             "aliases":{"acme-alias":{}}}
            """);
    TinyGateway gateway = new TinyGateway("acme", rig.a(), "index:acme-*");
    Map<String, String> there = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      String body = "{\"n\":" + i + ",\"later\":\"field\"}";
      there.put("old" + i, gateway.put("orders", "old" + i, null, body) + " " + body);
    }
    try (Traffic traffic = new Traffic(gateway, there)) {
      rig.move(rig.task("acme", Rig.A, "index:acme-*", Rig.B, "index:acme-*#1"), gateway);
      traffic.check(true);
    }
    var index = rig.b().call("GET", "/acme-orders", "").path("acme-orders");
    assertThat(index.path("aliases").propertyNames()).containsExactly("acme-alias");
    assertThat(index.path("mappings").path("properties").propertyNames())
        .contains("n", "text", "later");
    assertThat(index.path("settings").path("index").path("sort").path("field").path(0).asString())
        .isEqualTo("n");
    assertThat(rig.a().ask("GET", "/acme-orders", "").status()).isEqualTo(404);
    assertThat(
            rig.mover
                .preflight(rig.task("acme", Rig.B, "index:acme-*#1", Rig.A, "index:acme-*#2"))
                .findings())
        .anyMatch(
            each ->
                each.check().equals("version") && each.severity() == Preflight.Severity.REFUSAL);
  }
}
