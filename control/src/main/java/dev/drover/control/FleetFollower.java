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
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps up with the gateways and with their receipts for one partition, and tells each change as a
/// whole view.
final class FleetFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
  private static final long RETRY_MILLIS = 200;

  private final StateStore store;
  private final PartitionId partition;
  private final Consumer<FleetView> seen;
  private Watch gateways = () -> {};
  private Watch receipts = () -> {};
  private boolean closed;

  /// @param seen must neither block nor call the store
  FleetFollower(StateStore store, PartitionId partition, Consumer<FleetView> seen) {
    this.store = store;
    this.partition = partition;
    this.seen = seen;
  }

  /// Lists all gateways and receipts, linearizably.
  FleetView list() throws StoreException {
    KnownFleet known = new KnownFleet();
    readGateways(known);
    readReceipts(known);
    return known.view();
  }

  private long readGateways(KnownFleet known) throws StoreException {
    Listing listing = store.list(Keys.GATEWAYS);
    listing.entries().forEach(known::put);
    known.gatewaysAsOf(listing.revision());
    return listing.revision();
  }

  private long readReceipts(KnownFleet known) throws StoreException {
    Listing listing = store.list(Keys.receipts(partition));
    listing.entries().forEach(known::put);
    return listing.revision();
  }

  /// Begins to follow; after a lost watch it begins again by itself.
  synchronized void start() throws StoreException {
    if (closed) {
      return;
    }
    KnownFleet known = new KnownFleet();
    long gatewaysRevision = readGateways(known);
    long receiptsRevision = readReceipts(known);
    seen.accept(known.view());
    gateways = store.watch(Keys.GATEWAYS, gatewaysRevision, new Follower(known));
    receipts = store.watch(Keys.receipts(partition), receiptsRevision, new Follower(known));
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
    private final KnownFleet known;

    Follower(KnownFleet known) {
      this.known = known;
    }

    @Override
    public boolean prompt() {
      return true;
    }

    @Override
    public void changed(List<Event> events) {
      synchronized (known) {
        for (Event event : events) {
          switch (event) {
            case Event.Written w -> known.put(w.entry());
            case Event.Deleted d -> known.remove(d.key());
          }
          if (event.key().startsWith(Keys.GATEWAYS)) {
            known.gatewaysAsOf(event.revision());
          }
        }
        seen.accept(known.view());
      }
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
          stop();
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
