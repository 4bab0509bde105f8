package dev.drover.sim.scale;

import dev.drover.core.GatewayId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/// The store as a server with a queue: writes are committed in groups, one group after the other,
/// and whoever follows what they change is told before the next group begins. Nothing in it fails.
final class QueuedStore {
  private final Clockwork time;
  private final Costs.Network network;
  private final Costs.Store costs;
  private final int partitions;
  private final Map<PartitionId, Long> versions = new HashMap<>();
  private final Map<PartitionId, Map<GatewayId, GivenReceipt>> receipts = new HashMap<>();
  private final Map<PartitionId, Runnable> receiptWatches = new HashMap<>();
  private final List<BiConsumer<Partition, Long>> recordWatches = new ArrayList<>();
  private final Map<GatewayId, Presence> gateways = new HashMap<>();
  private List<Request> waiting = new ArrayList<>();
  private boolean committing;
  private long revision;
  private long bytesSinceSnapshot;
  private long requests;
  private long told;

  /// @param commit changes the store and gives the number of watches to tell, when its time comes
  private record Request(boolean synced, int bytes, Commit commit) {}

  @FunctionalInterface
  private interface Commit {
    /// @return what is to be told, each after the other
    List<Runnable> commit();
  }

  /// @param partitions how many there are in all; those that do not move are only counted
  QueuedStore(Clockwork time, Costs costs, int partitions) {
    this.time = time;
    this.network = costs.network();
    this.costs = costs.store();
    this.partitions = partitions;
    // A compaction falls into the middle of what is measured.
    this.bytesSinceSnapshot = snapshotAfterBytes() - Sizes.LEAD;
  }

  /// Bytes in the log.
  private static final class Sizes {
    static final int RECORD = 900;
    static final int RECEIPT = 140;
    static final int AT_REST = 250;
    static final long COMPACT_AFTER = 8L << 20;
    static final long COMPACT_AFTER_MAX = 256L << 20;
    static final long LEAD = 100_000;
  }

  void register(GatewayId id, Presence presence) {
    gateways.put(id, presence);
  }

  void followRecords(BiConsumer<Partition, Long> watch) {
    recordWatches.add(watch);
  }

  void followReceipts(PartitionId partition, Runnable watch) {
    receiptWatches.put(partition, watch);
  }

  /// A compare-and-set of a record, from another process or this one.
  ///
  /// @param answer given the version, or -1 for a conflict
  void putRecord(Partition next, long expectedVersion, LongConsumer answer) {
    near(
        new Request(
            true,
            Sizes.RECORD,
            () -> {
              long current = versions.getOrDefault(next.id(), 0L);
              if (current != expectedVersion) {
                return List.of(() -> nearly(() -> answer.accept(-1)));
              }
              long version = ++revision;
              versions.put(next.id(), version);
              List<Runnable> tell = new ArrayList<>();
              for (BiConsumer<Partition, Long> watch : recordWatches) {
                tell.add(() -> sent(() -> watch.accept(next, version)));
              }
              told += recordWatches.size();
              tell.add(() -> nearly(() -> answer.accept(version)));
              return tell;
            }));
  }

  void putReceipt(PartitionId partition, GatewayId gateway, GivenReceipt receipt, Runnable answer) {
    sent(
        () ->
            come(
                new Request(
                    false,
                    Sizes.RECEIPT,
                    () -> {
                      revision++;
                      receipts
                          .computeIfAbsent(partition, _ -> new HashMap<>())
                          .put(gateway, receipt);
                      told++;
                      Runnable watch = receiptWatches.getOrDefault(partition, () -> {});
                      return List.of(watch, () -> sent(answer));
                    })));
  }

  /// A write that nobody follows.
  void putOther(Runnable answer) {
    near(new Request(false, Sizes.RECORD, () -> List.of(() -> nearly(answer))));
  }

  /// What a listing shows right now.
  FleetView view(PartitionId partition) {
    return new FleetView(gateways, receipts.getOrDefault(partition, Map.of()), Set.of(), revision);
  }

  /// What listing the gateways and one partition's receipts costs the store.
  long listNanos(PartitionId partition) {
    requests += 2;
    int entries = 2 * gateways.size() + receipts.getOrDefault(partition, Map.of()).size();
    return 2 * costs.list() + entries * costs.listEntry();
  }

  long requests() {
    return requests;
  }

  long told() {
    return told;
  }

  private void near(Request request) {
    nearly(() -> come(request));
  }

  private void nearly(Runnable then) {
    time.in(time.drawn(network.driverToStore()), then);
  }

  private void sent(Runnable then) {
    time.in(time.drawn(network.gatewayToStore()), then);
  }

  private void come(Request request) {
    requests++;
    waiting.add(request);
    if (!committing) {
      committing = true;
      commit();
    }
  }

  private void commit() {
    List<Request> group = waiting;
    waiting = new ArrayList<>();
    long nanos = 0;
    boolean synced = false;
    for (Request request : group) {
      nanos += time.drawn(costs.put());
      synced |= request.synced() || costs.syncsAll();
    }
    time.in(nanos + (synced ? time.drawn(costs.sync()) : 0), () -> committed(group));
  }

  private void committed(List<Request> group) {
    long delay = 0;
    for (Request request : group) {
      bytesSinceSnapshot += request.bytes();
      for (Runnable tell : request.commit().commit()) {
        time.in(delay, tell);
        delay += costs.tell();
      }
    }
    time.in(delay + compactionNanos(), this::next);
  }

  private void next() {
    committing = !waiting.isEmpty();
    if (committing) {
      commit();
    }
  }

  private long compactionNanos() {
    if (bytesSinceSnapshot < snapshotAfterBytes()) {
      return 0;
    }
    bytesSinceSnapshot = 0;
    return partitions * costs.copyEntry();
  }

  private long snapshotAfterBytes() {
    long snapshot = (long) partitions * Sizes.AT_REST;
    return Math.max(Sizes.COMPACT_AFTER, Math.min(snapshot, Sizes.COMPACT_AFTER_MAX));
  }
}
