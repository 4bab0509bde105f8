package dev.drover.store.redis;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;

/// The conformance kit on a real Redis server.
final class RedisStoreTest extends LeaseAndWatchConformance {
  @Override
  protected StoreFixture open() throws Exception {
    return new RedisFixture();
  }

  @Override
  protected int changesThatExceedHistory() {
    return 2 * RedisFixture.HISTORY_EVENTS;
  }
}
