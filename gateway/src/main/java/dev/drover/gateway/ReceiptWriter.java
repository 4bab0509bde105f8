package dev.drover.gateway;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.ReceiptQueue;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.records.Records;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes one partition's receipts, in the order that its [ReceiptQueue] decides.
///
/// They are ordered, not synced: the commit that is built on them syncs them, and after a crash of
/// the store they are given again ([dev.drover.core.fleet.View.Event.Reread]).
final class ReceiptWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptWriter.class);

  private final StateStore store;
  private final String key;
  private final BiConsumer<GivenReceipt, Boolean> outcome;
  private final ReceiptQueue queue = new ReceiptQueue();

  /// @param outcome told of each receipt whether the store has it
  ReceiptWriter(StateStore store, String key, BiConsumer<GivenReceipt, Boolean> outcome) {
    this.store = store;
    this.key = key;
    this.outcome = outcome;
  }

  void give(long epoch, long shortLease) {
    queue.want(new GivenReceipt(epoch, shortLease)).ifPresent(this::write);
  }

  private void write(ReceiptQueue.Write write) {
    GivenReceipt receipt = write.receipt();
    if (receipt.shortLease() == 0) {
      failed(write);
      return;
    }
    CompletableFuture<PutResult> _ =
        store
            .putAsync(
                key,
                Records.encode(receipt),
                write.expectedVersion(),
                new LeaseId(receipt.shortLease()),
                Durability.ORDERED)
            .whenComplete(
                (result, failure) -> {
                  if (failure == null) {
                    answered(write, result);
                  } else {
                    LOG.debug(
                        "the receipt for epoch {} was not given: {}",
                        receipt.epoch(),
                        failure.getMessage());
                    failed(write);
                  }
                });
  }

  private void answered(ReceiptQueue.Write write, PutResult result) {
    switch (result) {
      case PutResult.Applied applied -> {
        outcome.accept(write.receipt(), true);
        queue.written(write, applied.version()).ifPresent(this::write);
      }
      case PutResult.Conflict conflict ->
          write(
              queue.conflicted(conflict.current().map(Entry::version).orElse(ReceiptQueue.ABSENT)));
    }
  }

  private void failed(ReceiptQueue.Write write) {
    outcome.accept(write.receipt(), false);
    queue.failed(write).ifPresent(this::write);
  }
}
