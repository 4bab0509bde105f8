package dev.drover.store.memory;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.map.StoreMap;

/// The conformance kit on a store in memory.
final class MemoryStoreTest extends LeaseAndWatchConformance {
  @Override
  protected StoreFixture open() {
    MemoryStore store = MemoryStore.create(new StoreMap(100, 1 << 20), System::nanoTime);
    return new StoreFixture() {
      @Override
      public StateStore store() {
        return store;
      }

      @Override
      public StateStore secondClient() {
        return store;
      }

      @Override
      public boolean restart() {
        return false;
      }

      @Override
      public void close() {
        store.close();
      }
    };
  }

  @Override
  protected int changesThatExceedHistory() {
    return 200;
  }
}
