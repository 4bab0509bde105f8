package dev.drover.store.records;

import dev.drover.core.GatewayId;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateways and their receipts for one partition, as far as the store has told. Each version of
/// a gateway's record is decoded once, however many fleets share what was [Decoded]. Not
/// thread-safe.
public final class KnownFleet {
  private static final Logger LOG = LoggerFactory.getLogger(KnownFleet.class);

  private final Decoded decoded;
  private final Map<GatewayId, Presence> present = new HashMap<>();
  private final Map<GatewayId, GivenReceipt> receipts = new HashMap<>();
  private long gatewaysRevision;

  /// Made anew only after a gateway has come or gone: a hold brings a receipt of each, and no such
  /// change.
  private @Nullable Map<GatewayId, Presence> presentCopy;

  /// The modes of gateways as their records say, by key and version. May be shared by any threads.
  public static final class Decoded {
    private final Map<String, Versioned> modes = new ConcurrentHashMap<>();
    private final LongAdder records = new LongAdder();

    private record Versioned(long version, GatewayMode mode) {}

    /// How many records were decoded.
    public long records() {
      return records.sum();
    }

    /// A gateway whose record does not check is still there: it is waited for until its lease ends.
    private GatewayMode mode(Entry entry) {
      Versioned before = modes.get(entry.key());
      if (before != null && before.version() == entry.version()) {
        return before.mode();
      }
      GatewayMode mode = decode(entry);
      modes.put(entry.key(), new Versioned(entry.version(), mode));
      return mode;
    }

    private GatewayMode decode(Entry entry) {
      records.increment();
      try {
        return Records.decode(entry.key(), entry.value(), GatewayRecord.class).mode();
      } catch (StoreException.Corrupt e) {
        LOG.error("{}", e.getMessage());
        return GatewayMode.LEASED;
      }
    }

    private void forget(String key) {
      modes.remove(key);
    }
  }

  public KnownFleet() {
    this(new Decoded());
  }

  /// @param decoded what other fleets have decoded
  public KnownFleet(Decoded decoded) {
    this.decoded = decoded;
  }

  public void gatewaysAsOf(long revision) {
    gatewaysRevision = Math.max(gatewaysRevision, revision);
  }

  /// Takes note of a record of a gateway or of a receipt.
  public void put(Entry entry) {
    try {
      if (entry.key().startsWith(Keys.GATEWAYS)) {
        Keys.GatewayKey key = gatewayKey(entry.key());
        long lease = entry.lease() == null ? Long.MAX_VALUE : entry.lease().value();
        register(key, decoded.mode(entry), OptionalLong.of(lease));
      } else {
        receipts.put(
            gatewayOfReceipt(entry.key()),
            Records.decode(entry.key(), entry.value(), GivenReceipt.class));
      }
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
    }
  }

  public void remove(String key) {
    try {
      if (key.startsWith(Keys.GATEWAYS)) {
        decoded.forget(key);
        Keys.GatewayKey gone = gatewayKey(key);
        Presence before = present.get(gone.gateway());
        if (before != null) {
          register(gone, before.mode(), OptionalLong.empty());
        }
      } else {
        receipts.remove(gatewayOfReceipt(key));
      }
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
    }
  }

  public FleetView view() {
    Map<GatewayId, Presence> gateways = presentCopy;
    if (gateways == null) {
      gateways = Map.copyOf(present);
      presentCopy = gateways;
    }
    return new FleetView(gateways, receipts, gatewaysRevision);
  }

  /// @param lease empty if it has ended
  private void register(Keys.GatewayKey key, GatewayMode mode, OptionalLong lease) {
    Presence before =
        present.getOrDefault(
            key.gateway(), new Presence(mode, OptionalLong.empty(), OptionalLong.empty()));
    Presence now =
        key.kind() == LeaseKind.LONG
            ? new Presence(mode, lease, before.shortLease())
            : new Presence(mode, before.longLease(), lease);
    presentCopy = null;
    if (now.longLease().isEmpty() && now.shortLease().isEmpty()) {
      present.remove(key.gateway());
    } else {
      present.put(key.gateway(), now);
    }
  }

  private static Keys.GatewayKey gatewayKey(String key) throws StoreException.Corrupt {
    return Keys.gatewayOf(key)
        .orElseThrow(() -> new StoreException.Corrupt("key '" + key + "' names no gateway", null));
  }

  private static GatewayId gatewayOfReceipt(String key) {
    return new GatewayId(key.substring(key.lastIndexOf('/') + 1));
  }
}
