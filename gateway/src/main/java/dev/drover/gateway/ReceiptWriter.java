package dev.drover.gateway;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.ReceiptQueue;
import dev.drover.store.Durability;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.records.Records;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/// Writes one partition's receipts, in the order that its [ReceiptQueue] decides.
///
/// They are ordered, not synced: the commit that is built on them syncs them, and after a crash of
/// the store they are given again ([dev.drover.core.fleet.View.Event.Reread]).
final class ReceiptWriter {
  private final StateStore store;
  private final String key;
  private final BiConsumer<Long, Boolean> outcome;
  private final ReceiptQueue queue = new ReceiptQueue();

  /// @param outcome told the epoch and whether the store has its receipt
  ReceiptWriter(StateStore store, String key, BiConsumer<Long, Boolean> outcome) {
    this.store = store;
    this.key = key;
    this.outcome = outcome;
  }

  void give(long epoch, long shortLease) {
    queue.want(new GivenReceipt(epoch, shortLease)).ifPresent(this::write);
  }

  private void write(GivenReceipt receipt) {
    if (receipt.shortLease() == 0) {
      ended(receipt, false);
      return;
    }
    CompletableFuture<PutResult> _ =
        store
            .putAsync(
                key,
                Records.encode(receipt),
                StateStore.ANY,
                new LeaseId(receipt.shortLease()),
                Durability.ORDERED)
            .whenComplete(
                (_, failure) -> {
                  if (failure != null) {
                    GatewayAgent.LOG.debug(
                        "the receipt for epoch {} was not given: {}",
                        receipt.epoch(),
                        failure.getMessage());
                  }
                  ended(receipt, failure == null);
                });
  }

  private void ended(GivenReceipt receipt, boolean given) {
    outcome.accept(receipt.epoch(), given);
    queue.ended(receipt).ifPresent(this::write);
  }
}
