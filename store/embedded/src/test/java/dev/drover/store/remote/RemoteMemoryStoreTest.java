package dev.drover.store.remote;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import dev.drover.store.map.StoreMap;
import dev.drover.store.memory.MemoryStore;

/// The conformance kit over the wire, on a store in memory.
final class RemoteMemoryStoreTest extends LeaseAndWatchConformance {
  @Override
  protected StoreFixture open() throws Exception {
    return new RemoteFixture(
        () -> MemoryStore.create(new StoreMap(1_000, 64 << 20), System::nanoTime), false);
  }

  @Override
  protected int changesThatExceedHistory() {
    return 1_100;
  }
}
