package dev.drover.store.etcd;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The conformance kit on a real etcd with one member.
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
final class EtcdStoreTest extends LeaseAndWatchConformance {
  @TempDir Path directory;

  @Override
  protected StoreFixture open() throws Exception {
    return new EtcdFixture(directory);
  }
}
