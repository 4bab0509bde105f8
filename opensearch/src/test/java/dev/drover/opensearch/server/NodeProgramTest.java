package dev.drover.opensearch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The nodes that the demo and the tests run are real ones.
class NodeProgramTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(NodeProgram.Release.class)
  void aNodeKeepsWhatItHasAnsweredWhenItIsKilled(NodeProgram.Release release) throws Exception {
    try (TestCluster cluster = TestCluster.start(release, directory.resolve("node"))) {
      String version = cluster.call("GET", "/", "").get("version").get("number").asString();
      assertThat(version).startsWith(release == NodeProgram.Release.TWO ? "2.19." : "3.8.");
      cluster.call("PUT", "/orders/_doc/1", "{\"a\":1}");
      cluster.kill();
      cluster.restart();
      assertThat(cluster.call("GET", "/orders/_doc/1", "").get("_source").get("a").asInt())
          .isEqualTo(1);
    }
  }
}
