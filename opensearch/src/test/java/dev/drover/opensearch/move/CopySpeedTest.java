package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.core.mover.Settlement;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// How fast documents are copied, beside `_reindex` from a remote cluster.
@Tag("alone")
class CopySpeedTest {
  private static final int DOCUMENTS = 100_000;
  private static final int ROUNDS = 4;
  private static final int BULK = 5_000;
  private static final long SETTLE_MILLIS_MAX = 500;

  @TempDir static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new Rig(
            TestCluster.start(Release.THREE, directory.resolve("a")),
            TestCluster.start(
                Release.THREE, directory.resolve("b"), "reindex.remote.allowlist=127.0.0.1:*"),
            OpenSearchMoverOptions.DEFAULT);
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
  }

  private static void fill() throws Exception {
    for (TestCluster cluster : rig.clusters.values()) {
      JsonNode _ = cluster.call("DELETE", "/*", "");
    }
    rig.a()
        .call(
            "PUT",
            "/acme-orders",
            "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
    String text = "lorem ipsum dolor sit amet consetetur ".repeat(25);
    for (int i = 0; i < DOCUMENTS; i += BULK) {
      StringBuilder lines = new StringBuilder();
      for (int j = i; j < i + BULK; j++) {
        lines
            .append("{\"index\":{\"_id\":\"doc-")
            .append(j)
            .append("\"}}\n{\"n\":")
            .append(j)
            .append(",\"text\":\"")
            .append(text)
            .append("\"}\n");
      }
      JsonNode _ = rig.a().call("POST", "/acme-orders/_bulk", lines.toString());
    }
  }

  private static double reindexed() throws Exception {
    rig.b()
        .call(
            "PUT",
            "/by-reindex",
            "{\"settings\":{\"number_of_shards\":2,\"number_of_replicas\":0}}");
    long began = System.nanoTime();
    JsonNode answer =
        rig.b()
            .call(
                "POST",
                "/_reindex",
                "{\"source\":{\"remote\":{\"host\":\"http://%s\"},\"index\":\"acme-orders\"},\"dest\":{\"index\":\"by-reindex\"}}"
                    .formatted(rig.a().address()));
    double seconds = (System.nanoTime() - began) / 1e9;
    assertThat(answer.path("created").asInt()).isEqualTo(DOCUMENTS);
    JsonNode _ = rig.b().call("DELETE", "/by-reindex", "");
    return DOCUMENTS / seconds;
  }

  @Test
  void twoHundredDocumentsOfAMegabytePass() throws Exception {
    String large = "x".repeat(1 << 20);
    for (int i = 0; i < 200; i++) {
      rig.a().call("PUT", "/large-orders/_doc/" + i, "{\"text\":\"" + large + "\"}");
    }
    MoverTask task = rig.task("large", Rig.A, "index:large-*", Rig.B, "index:large-*#1");
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      rig.bring(session);
      assertThat(rig.verification.items()).isEqualTo(200);
      assertThat(rig.verification.mended()).isZero();
    }
    for (TestCluster cluster : rig.clusters.values()) {
      JsonNode _ = cluster.call("DELETE", "/large-orders", "");
    }
  }

  private static double copied() throws Exception {
    MoverTask task = rig.task("acme", Rig.A, "index:acme-*", Rig.B, "index:acme-*#1");
    Rig.Kept16 checkpoints = new Rig.Kept16();
    double rate;
    try (MoverSession session = rig.open(task, checkpoints)) {
      session.raiseFence();
      session.prepare();
      long began = System.nanoTime();
      session.copy();
      rate = DOCUMENTS / ((System.nanoTime() - began) / 1e9);
    }
    rig.abort(task, checkpoints);
    return rate;
  }

  /// In turn, for nodes get faster while they run. The best of each counts.
  @Test
  void aCopyIsFasterThanAReindexFromRemote() throws Exception {
    fill();
    JsonNode _ = rig.a().call("POST", "/acme-orders/_refresh", "");
    double reindexed = 0;
    double copied = 0;
    for (int i = 0; i < ROUNDS; i++) {
      double reindex = reindexed();
      double copy = copied();
      System.out.printf("reindex %.0f/s, copy %.0f/s%n", reindex, copy);
      reindexed = Math.max(reindexed, reindex);
      copied = Math.max(copied, copy);
    }
    assertThat(copied).isGreaterThan(reindexed);
  }

  @Test
  void aSettleOfAFewChangesIsShort() throws Exception {
    fill();
    MoverTask task = rig.task("acme", Rig.A, "index:acme-*", Rig.B, "index:acme-*#1");
    try (MoverSession session = rig.open(task, new Rig.Kept16())) {
      long began = System.nanoTime();
      rig.bring(session);
      assertThat(rig.verification.items()).isEqualTo(DOCUMENTS);
      System.out.printf("up to the hold %d ms%n", (System.nanoTime() - began) / 1_000_000);
      for (int i = 0; i < 20; i++) {
        rig.a().call("PUT", "/acme-orders/_doc/doc-" + i, "{\"n\":1}");
      }
      long fencing = System.nanoTime();
      assertThat(session.fenceSource()).isTrue();
      long settling = System.nanoTime();
      assertThat(session.settle()).isInstanceOf(Settlement.Settled.class);
      long settled = (System.nanoTime() - settling) / 1_000_000;
      System.out.printf(
          "fence %d ms, settle of 20 changes %d ms%n", (settling - fencing) / 1_000_000, settled);
      assertThat(settled).isLessThan(SETTLE_MILLIS_MAX);
    }
  }
}
