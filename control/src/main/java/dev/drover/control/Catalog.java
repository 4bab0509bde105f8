package dev.drover.control;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All partitions' records as last seen, kept up to date by a watch: for listings, and to find what
/// needs a driver. Decisions are never made on it, only on what a compare-and-set confirms.
final class Catalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  private final StateStore store;
  private final Map<PartitionId, Known> known = new ConcurrentSkipListMap<>();
  private final Map<String, String> corrupt = new ConcurrentSkipListMap<>();
  private final Consumer<Known> changed;
  private Watch watch = () -> {};
  private volatile boolean closed;

  /// A record and its version.
  record Known(Partition partition, long version) {}

  /// @param changed told of each record that has changed; must neither block nor call the store
  Catalog(StateStore store, Consumer<Known> changed) {
    this.store = store;
    this.changed = changed;
  }

  synchronized void start() throws StoreException {
    watch.close();
    Listing listing = store.list(Keys.PARTITIONS);
    known.clear();
    corrupt.clear();
    listing.entries().forEach(this::put);
    watch = store.watch(Keys.PARTITIONS, listing.revision(), new Follower());
  }

  List<Known> all() {
    return List.copyOf(known.values());
  }

  Optional<Known> find(PartitionId id) {
    return Optional.ofNullable(known.get(id));
  }

  /// Records that do not check, by key, with what is wrong.
  Map<String, String> corrupt() {
    return Map.copyOf(corrupt);
  }

  @Override
  public synchronized void close() {
    closed = true;
    watch.close();
  }

  private void put(Entry entry) {
    try {
      Partition partition = Records.decode(entry.key(), entry.value(), Partition.class);
      Known found = new Known(partition, entry.version());
      known.put(partition.id(), found);
      corrupt.remove(entry.key());
      changed.accept(found);
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      corrupt.put(entry.key(), String.valueOf(e.getMessage()));
      known.remove(Keys.partitionOf(entry.key()));
    }
  }

  private final class Follower implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      for (Event event : events) {
        switch (event) {
          case Event.Written w -> put(w.entry());
          case Event.Deleted d -> known.remove(Keys.partitionOf(d.key()));
        }
      }
    }

    @Override
    public void lost(StoreException why) {
      LOG.info("the watch of partitions was lost and begins again: {}", why.getMessage());
      Thread.ofVirtual().name("catalog").start(Catalog.this::again);
    }
  }

  private void again() {
    while (!closed) {
      try {
        start();
        return;
      } catch (StoreException e) {
        LOG.debug("cannot follow the partitions yet: {}", e.getMessage());
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
