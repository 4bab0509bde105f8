package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.server.NodeProgram.Release;
import dev.drover.opensearch.server.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// elastic/elasticsearch 21185: a copy that counted documents, and not their bytes, ended with
/// "entity too long".
@Tag("alone")
@SuppressWarnings("NullAway.Init")
class LargeCopyTest {
  @TempDir static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() throws Exception {
    rig =
        new Rig(
            TestCluster.start(Release.THREE, directory.resolve("a")),
            TestCluster.start(Release.THREE, directory.resolve("b")),
            OpenSearchMoverOptions.DEFAULT);
  }

  @AfterAll
  static void end() {
    rig.clusters.values().forEach(TestCluster::close);
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
}
