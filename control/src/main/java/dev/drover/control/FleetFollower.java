package dev.drover.control;

import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.trace.Leg;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps up with the gateways and with their receipts for one partition. It tells that something
/// has changed, and makes a view when it is asked for one: a hold brings a receipt of each gateway,
/// and a view of all for each of them would be work that grows with the square of the gateways.
final class FleetFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
  private static final long RETRY_MILLIS = 200;

  private final StateStore store;
  private final PartitionId partition;
  private final KnownFleet.Decoded decoded;
  private final Runnable changed;
  private volatile KnownFleet known;
  private Watch gateways = () -> {};
  private Watch receipts = () -> {};
  private boolean closed;

  /// @param decoded what the followers of other partitions know of the gateways
  /// @param changed must neither block nor call the store
  FleetFollower(
      StateStore store, PartitionId partition, KnownFleet.Decoded decoded, Runnable changed) {
    this.store = store;
    this.partition = partition;
    this.decoded = decoded;
    this.changed = changed;
    this.known = new KnownFleet(partition.engine(), decoded);
  }

  /// What the watches have told so far.
  FleetView view() {
    KnownFleet newest = known;
    synchronized (newest) {
      return newest.view();
    }
  }

  /// Lists all gateways and receipts, linearizably.
  FleetView list() throws StoreException {
    KnownFleet listed = new KnownFleet(partition.engine(), decoded);
    readGateways(listed);
    readReceipts(listed);
    return listed.view();
  }

  private long readGateways(KnownFleet into) throws StoreException {
    Listing listing = store.list(Keys.GATEWAYS);
    listing.entries().forEach(into::put);
    into.gatewaysAsOf(listing.revision());
    return listing.revision();
  }

  private long readReceipts(KnownFleet into) throws StoreException {
    Listing listing = store.list(Keys.receipts(partition));
    listing.entries().forEach(into::put);
    return listing.revision();
  }

  /// Begins to follow; after a lost watch it begins again by itself.
  synchronized void start() throws StoreException {
    if (closed) {
      return;
    }
    stop();
    KnownFleet read = new KnownFleet(partition.engine(), decoded);
    long gatewaysRevision = readGateways(read);
    long receiptsRevision = readReceipts(read);
    known = read;
    changed.run();
    gateways = store.watch(Keys.GATEWAYS, gatewaysRevision, new Follower(read));
    receipts = store.watch(Keys.receipts(partition), receiptsRevision, new Follower(read));
  }

  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }

  private void stop() {
    gateways.close();
    receipts.close();
  }

  /// Both watches' listener; their calls may come at the same time.
  private final class Follower implements WatchListener {
    private final KnownFleet fleet;

    Follower(KnownFleet fleet) {
      this.fleet = fleet;
    }

    @Override
    public boolean prompt() {
      return true;
    }

    @Override
    public void changed(List<Event> events) {
      long begun = Leg.begun();
      synchronized (fleet) {
        for (Event event : events) {
          switch (event) {
            case Event.Written w -> fleet.put(w.entry());
            case Event.Deleted d -> fleet.remove(d.key());
          }
          Leg.ended("receipt is told", event.key(), 0, begun);
          if (event.key().startsWith(Keys.GATEWAYS)) {
            fleet.gatewaysAsOf(event.revision());
          }
        }
      }
      changed.run();
    }

    @Override
    public void lost(StoreException why) {
      LOG.info(
          "the watch of gateways and receipts of '{}' was lost and begins again: {}",
          partition,
          why.getMessage());
      Thread.ofVirtual().name("fleet " + partition).start(FleetFollower.this::again);
    }
  }

  private void again() {
    while (true) {
      synchronized (this) {
        if (closed) {
          return;
        }
        try {
          start();
          return;
        } catch (StoreException e) {
          LOG.debug("cannot follow the fleet yet: {}", e.getMessage());
        }
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
