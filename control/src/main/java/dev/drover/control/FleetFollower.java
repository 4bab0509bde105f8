package dev.drover.control;

import dev.drover.core.GatewayId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps up with the gateways and with their receipts for one partition, and tells each change as a
/// whole view.
final class FleetFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);

  private final StateStore store;
  private final PartitionId partition;
  private final Consumer<FleetView> seen;
  private final Map<String, Entry> entries = new HashMap<>();
  private Watch gateways = () -> {};
  private Watch receipts = () -> {};
  private boolean closed;

  FleetFollower(StateStore store, PartitionId partition, Consumer<FleetView> seen) {
    this.store = store;
    this.partition = partition;
    this.seen = seen;
  }

  /// Lists all gateways and receipts, linearizably.
  FleetView list() throws StoreException {
    Map<String, Entry> now = new HashMap<>();
    read(Keys.GATEWAYS, now);
    read(Keys.receipts(partition), now);
    return view(now);
  }

  /// Begins to follow; after a lost watch it begins again by itself.
  synchronized void start() throws StoreException {
    entries.clear();
    long gatewaysRevision = read(Keys.GATEWAYS, entries);
    long receiptsRevision = read(Keys.receipts(partition), entries);
    gateways = store.watch(Keys.GATEWAYS, gatewaysRevision, new Follower());
    receipts = store.watch(Keys.receipts(partition), receiptsRevision, new Follower());
    seen.accept(view(entries));
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

  private long read(String prefix, Map<String, Entry> into) throws StoreException {
    Listing listing = store.list(prefix);
    listing.entries().forEach(entry -> into.put(entry.key(), entry));
    return listing.revision();
  }

  private static FleetView view(Map<String, Entry> entries) {
    Map<GatewayId, Presence> present = new HashMap<>();
    Map<GatewayId, GivenReceipt> given = new HashMap<>();
    for (Entry entry : entries.values()) {
      try {
        if (entry.key().startsWith(Keys.GATEWAYS)) {
          addPresence(entry, present);
        } else {
          String gateway = entry.key().substring(entry.key().lastIndexOf('/') + 1);
          given.put(
              new GatewayId(gateway),
              Records.decode(entry.key(), entry.value(), GivenReceipt.class));
        }
      } catch (StoreException.Corrupt e) {
        LOG.error("{}", e.getMessage());
      }
    }
    return new FleetView(present, given);
  }

  private static void addPresence(Entry entry, Map<GatewayId, Presence> present)
      throws StoreException.Corrupt {
    Keys.GatewayKey key =
        Keys.gatewayOf(entry.key())
            .orElseThrow(
                () ->
                    new StoreException.Corrupt("key '" + entry.key() + "' names no gateway", null));
    // A gateway whose record does not check is still there: it is waited for until its lease ends.
    OptionalLong lease =
        OptionalLong.of(entry.lease() == null ? Long.MAX_VALUE : entry.lease().value());
    Presence before =
        present.getOrDefault(
            key.gateway(),
            new Presence(GatewayMode.LEASED, OptionalLong.empty(), OptionalLong.empty()));
    GatewayMode mode = GatewayMode.LEASED;
    try {
      mode = Records.decode(entry.key(), entry.value(), GatewayRecord.class).mode();
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
    }
    present.put(
        key.gateway(),
        key.kind() == LeaseKind.LONG
            ? new Presence(mode, lease, before.shortLease())
            : new Presence(mode, before.longLease(), lease));
  }

  private final class Follower implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      synchronized (FleetFollower.this) {
        for (Event event : events) {
          switch (event) {
            case Event.Written w -> entries.put(w.key(), w.entry());
            case Event.Deleted d -> entries.remove(d.key());
          }
        }
        seen.accept(view(entries));
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
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
