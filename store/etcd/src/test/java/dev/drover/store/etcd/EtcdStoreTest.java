package dev.drover.store.etcd;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import dev.drover.store.etcd.testing.EtcdCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The conformance kit on a real etcd with one member, in which each test has keys of its own.
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
final class EtcdStoreTest extends LeaseAndWatchConformance {
  @TempDir private static Path directory;

  private static EtcdCluster etcd;
  private static int tests;

  @BeforeAll
  static void start() throws Exception {
    etcd = EtcdCluster.start(directory, 1);
  }

  @AfterAll
  static void stop() throws Exception {
    etcd.close();
  }

  @Override
  protected StoreFixture open() throws Exception {
    return new EtcdFixture(etcd, "test-" + ++tests + "/");
  }
}
