package dev.drover.gateway;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.SeenRecord;
import dev.drover.store.records.StoreIdentity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares what the store says with what this gateway has seen of it, before it serves by that.
final class Past {
  private static final Logger LOG = LoggerFactory.getLogger(Past.class);

  private static final StoreIdentity UNNAMED = new StoreIdentity("", List.of(), 0);

  private final GatewayOptions options;
  private final StateStore store;
  private volatile String refused = "";

  Past(GatewayOptions options, StateStore store) {
    this.options = options;
    this.store = store;
  }

  /// Why the store is not served by; empty if it is.
  String refused() {
    return refused;
  }

  /// @param seen what this gateway had seen before it began to read
  /// @param all what was read
  /// @throws StoreException.Unavailable if this gateway had seen more than that
  void check(SeenRecord seen, List<Found> all, long asOf) throws StoreException {
    Optional<Entry> entry = store.get(Keys.STORE);
    StoreIdentity identity =
        entry.isEmpty()
            ? UNNAMED
            : Records.decode(Keys.STORE, entry.get().value(), StoreIdentity.class);
    Map<PartitionId, Partition> records = new HashMap<>();
    Set<PartitionId> unread = new HashSet<>();
    for (Found found : all) {
      found
          .partition()
          .ifPresentOrElse(r -> records.put(found.id(), r), () -> unread.add(found.id()));
    }
    for (Entry dropped : store.list(Keys.DROPPED).entries()) {
      droppedOf(dropped.key()).ifPresent(unread::add);
    }
    Optional<String> missing = options.memory().missing(seen, identity, records, unread, asOf);
    if (missing.isPresent()) {
      String why =
          "%s: the store was put back to an older state, or is another one. By it this gateway could send clients to a home that a partition has left, and their writes would be lost. So it does not serve. Bring the newest store back; or stop the server and run 'drover repair'; or, if what is missing may be lost, start the server with --accept-lost-past"
              .formatted(missing.get());
      if (!why.equals(refused)) {
        LOG.error("{}", why);
      }
      refused = why;
      throw new StoreException.Unavailable(why, null);
    }
    refused = "";
    options.memory().joined(identity, records, asOf);
  }

  /// The partition that was dropped; empty if the key names none.
  private static Optional<PartitionId> droppedOf(String key) {
    try {
      return Optional.of(Keys.partitionOf(Keys.PARTITIONS + key.substring(Keys.DROPPED.length())));
    } catch (IllegalArgumentException e) {
      LOG.error("'{}' in the store names no partition: {}", key, e.getMessage());
      return Optional.empty();
    }
  }
}
