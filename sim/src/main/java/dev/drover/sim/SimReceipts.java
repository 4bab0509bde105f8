package dev.drover.sim;

import dev.drover.core.GatewayId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.ReceiptQueue;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.records.Keys;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Writes a gateway's receipts to the store, in the order that the real [ReceiptQueue] decides.
final class SimReceipts {
  private final SimGateway gateway;
  private final World world;
  private final GatewayId id;
  private final Map<PartitionId, ReceiptQueue> queues = new TreeMap<>(World.BY_NAME);

  SimReceipts(SimGateway gateway, GatewayId id) {
    this.gateway = gateway;
    this.world = gateway.world;
    this.id = id;
  }

  void give(PartitionId partition, GivenReceipt receipt) {
    queues
        .computeIfAbsent(partition, _ -> new ReceiptQueue())
        .want(receipt)
        .ifPresent(write -> write(partition, write));
  }

  /// The process has died.
  void clear() {
    queues.clear();
  }

  private void write(PartitionId partition, ReceiptQueue.Write write) {
    GivenReceipt receipt = write.receipt();
    if (receipt.shortLease() == 0) {
      gateway.receiptEnded(partition, receipt, false);
      next(partition, queue -> queue.failed(write));
      return;
    }
    world
        .store()
        .put(
            gateway,
            Keys.receipt(partition, id),
            receipt,
            write.expectedVersion(),
            new LeaseId(receipt.shortLease()),
            Durability.ORDERED,
            answer -> answered(partition, write, answer));
  }

  private void answered(PartitionId partition, ReceiptQueue.Write write, Answer<PutResult> answer) {
    if (answer instanceof Answer.Ok<PutResult>(PutResult.Conflict conflict)) {
      long found = conflict.current().map(Entry::version).orElse(ReceiptQueue.ABSENT);
      next(partition, queue -> Optional.of(queue.conflicted(found)));
    } else if (answer instanceof Answer.Ok<PutResult>(PutResult.Applied applied)) {
      gateway.receiptEnded(partition, write.receipt(), true);
      next(partition, queue -> queue.written(write, applied.version()));
    } else {
      gateway.receiptEnded(partition, write.receipt(), false);
      next(partition, queue -> queue.failed(write));
    }
  }

  private void next(
      PartitionId partition, Function<ReceiptQueue, Optional<ReceiptQueue.Write>> ended) {
    ReceiptQueue queue = queues.get(partition);
    if (queue != null) {
      ended.apply(queue).ifPresent(write -> write(partition, write));
    }
  }
}
