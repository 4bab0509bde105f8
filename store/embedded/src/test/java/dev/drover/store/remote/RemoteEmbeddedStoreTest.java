package dev.drover.store.remote;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import dev.drover.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The conformance kit over the wire, on a store on disk.
final class RemoteEmbeddedStoreTest extends LeaseAndWatchConformance {
  @TempDir Path directory;

  @Override
  protected StoreFixture open() throws Exception {
    return new RemoteFixture(() -> EmbeddedStore.open(directory), true);
  }
}
