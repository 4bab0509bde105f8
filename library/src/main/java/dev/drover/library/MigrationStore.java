package dev.drover.library;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the records of partitions are, for all processes that ask for a route or change one.
/// Thread-safe.
public interface MigrationStore {
  /// A record, and by which it is known whether it has changed.
  ///
  /// @param version of the store's own
  record Found(Partition partition, long version) {}

  /// All of them, as of one moment, which is not before the call.
  Map<PartitionId, Found> all() throws IOException;

  /// Writes a record if the one before still stands there.
  ///
  /// @param before empty if none may stand there
  /// @return false if another one does, and nothing was written
  /// @throws IOException also if nobody knows whether it was written: read it then
  boolean write(Partition next, Optional<Found> before) throws IOException;

  /// One of them, as of a moment that is not before the call.
  default Optional<Found> read(PartitionId id) throws IOException {
    return Optional.ofNullable(all().get(id));
  }

  /// For tests, and for programs of one process.
  static MigrationStore inMemory() {
    return on(MemoryStore.create());
  }

  /// On any of Drover's stores; no Drover server may be on the same one.
  static MigrationStore on(StateStore store) {
    return new MigrationStore() {
      @Override
      public Map<PartitionId, Found> all() throws IOException {
        Map<PartitionId, Found> all = new HashMap<>();
        try {
          for (Entry each : store.list(Keys.PARTITIONS).entries()) {
            Partition partition = Records.decode(each.key(), each.value(), Partition.class);
            all.put(partition.id(), new Found(partition, each.version()));
          }
        } catch (StoreException e) {
          throw new IOException("the records cannot be read: " + e.getMessage(), e);
        }
        return all;
      }

      @Override
      public boolean write(Partition next, Optional<Found> before) throws IOException {
        try {
          PutResult result =
              store.put(
                  Keys.partition(next.id()),
                  Records.encode(next),
                  before.map(Found::version).orElse(StateStore.ABSENT),
                  null);
          return result instanceof PutResult.Applied;
        } catch (StoreException e) {
          throw new IOException(
              "it is not known whether the record of '%s' was written: %s"
                  .formatted(next.id(), e.getMessage()),
              e);
        }
      }
    };
  }
}
