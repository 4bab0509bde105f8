package dev.drover.gateway;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.store.Durability;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.records.Records;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/// Writes one partition's receipts, one at a time and always the newest that was asked for, so that
/// an older one never overwrites it.
///
/// They are ordered, not synced: the commit that is built on them syncs them, and after a crash of
/// the store they are given again ([dev.drover.core.fleet.View.Event.Reread]).
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

  void give(long epoch, long shortLease) {
    synchronized (this) {
      wanted = new GivenReceipt(epoch, shortLease);
      if (running) {
        return;
      }
      running = true;
    }
    next(new GivenReceipt(-1, 0));
  }

  /// Writes what is wanted by now, until that is what has been written.
  private void next(GivenReceipt done) {
    GivenReceipt next;
    synchronized (this) {
      if (wanted.equals(done)) {
        running = false;
        return;
      }
      next = wanted;
    }
    if (next.shortLease() == 0) {
      ended(next, false);
      return;
    }
    CompletableFuture<PutResult> _ =
        store
            .putAsync(
                key,
                Records.encode(next),
                StateStore.ANY,
                new LeaseId(next.shortLease()),
                Durability.ORDERED)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    GatewayAgent.LOG.debug(
                        "the receipt for epoch {} was not given: {}",
                        next.epoch(),
                        failure.getMessage());
                  }
                  ended(next, failure == null);
                });
  }

  private void ended(GivenReceipt receipt, boolean given) {
    outcome.accept(receipt.epoch(), given);
    next(receipt);
  }
}
