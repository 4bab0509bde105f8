package dev.drover.store.opensearch;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The conformance kit on a real node of OpenSearch, an index for each test.
@Tag("alone")
final class OpenSearchStoreTest extends LeaseAndWatchConformance {
  private static final AtomicInteger INDEXES = new AtomicInteger();

  @TempDir static Path directory;
  private static TestCluster node;

  @BeforeAll
  static void start() throws Exception {
    node = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("node"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Override
  protected StoreFixture open() throws Exception {
    return new OpenSearchFixture(node, "store-" + INDEXES.incrementAndGet());
  }

  /// A node takes its time to come up again.
  @Override
  protected double timeTolerance() {
    return 20;
  }

  @Override
  protected int changesThatExceedHistory() {
    return 2 * OpenSearchFixture.HISTORY_EVENTS;
  }
}
