package dev.drover.store.consul;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StoreFixture;
import org.junit.jupiter.api.Tag;

/// The conformance kit on a double of Consul.
@Tag("alone")
final class ConsulStoreTest extends LeaseAndWatchConformance {
  @Override
  protected StoreFixture open() throws Exception {
    return new ConsulFixture();
  }

  @Override
  protected int changesThatExceedHistory() {
    return 2 * ConsulFixture.HISTORY_EVENTS;
  }
}
