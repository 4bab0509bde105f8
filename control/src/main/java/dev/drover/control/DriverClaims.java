package dev.drover.control;

import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A controller's lease, and the `drivers/` keys under it by which others see what it drives.
///
/// The keys keep two controllers from working against each other; that they never both win is the
/// record's compare-and-set.
final class DriverClaims {
  private final StateStore store;
  private final ControllerOptions options;
  private @Nullable LeaseId lease;

  DriverClaims(StateStore store, ControllerOptions options) {
    this.store = store;
    this.options = options;
  }

  /// Keeps the lease alive, or takes a new one.
  synchronized void renew() throws StoreException {
    LeaseId held = lease;
    if (held == null || !store.keepAlive(held)) {
      lease = store.lease(options.lease());
    }
  }

  /// Claims a partition.
  ///
  /// @return false if another controller drives it and lives
  synchronized boolean claim(PartitionId partition) throws StoreException {
    LeaseId held = lease;
    if (held == null) {
      renew();
      held = lease;
    }
    String key = Keys.driver(partition);
    byte[] mine = Records.encode(new DriverRecord(options.self(), options.process()));
    PutResult result = store.put(key, mine, StateStore.ABSENT, held);
    if (result instanceof PutResult.Conflict conflict && replaceable(key, conflict.current())) {
      long version = conflict.current().map(Entry::version).orElse(StateStore.ABSENT);
      result = store.put(key, mine, version, held);
    }
    return result instanceof PutResult.Applied;
  }

  synchronized void release(PartitionId partition) throws StoreException {
    store.delete(Keys.driver(partition), StateStore.ANY);
  }

  synchronized void close() throws StoreException {
    if (lease != null) {
      store.revoke(lease);
    }
  }

  private boolean replaceable(String key, Optional<Entry> current) throws StoreException {
    if (current.isEmpty()) {
      return true;
    }
    DriverRecord record = Records.decode(key, current.get().value(), DriverRecord.class);
    return record.controller().equals(options.self()) || options.isPredecessor(record.controller());
  }
}
