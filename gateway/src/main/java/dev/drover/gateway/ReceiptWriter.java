package dev.drover.gateway;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Records;
import java.util.function.BiConsumer;

/// Writes one partition's receipts, one at a time and always the newest that was asked for, so that
/// an older one never overwrites it.
final class ReceiptWriter {
  private final StateStore store;
  private final String key;
  private final BiConsumer<Long, Boolean> outcome;
  private GivenReceipt wanted = new GivenReceipt(-1, 0);
  private boolean running;

  /// @param outcome told the epoch and whether the store has its receipt
  ReceiptWriter(StateStore store, String key, BiConsumer<Long, Boolean> outcome) {
    this.store = store;
    this.key = key;
    this.outcome = outcome;
  }

  synchronized void give(long epoch, long shortLease) {
    wanted = new GivenReceipt(epoch, shortLease);
    if (!running) {
      running = true;
      Thread.ofVirtual().name("receipt " + key).start(this::run);
    }
  }

  private void run() {
    GivenReceipt done = new GivenReceipt(-1, 0);
    while (true) {
      GivenReceipt next;
      synchronized (this) {
        if (wanted.equals(done)) {
          running = false;
          return;
        }
        next = wanted;
      }
      outcome.accept(next.epoch(), written(next));
      done = next;
    }
  }

  private boolean written(GivenReceipt receipt) {
    try {
      if (receipt.shortLease() == 0) {
        return false;
      }
      store.put(key, Records.encode(receipt), StateStore.ANY, new LeaseId(receipt.shortLease()));
      return true;
    } catch (StoreException e) {
      GatewayAgent.LOG.debug(
          "the receipt for epoch {} was not given: {}", receipt.epoch(), e.getMessage());
      return false;
    }
  }
}
