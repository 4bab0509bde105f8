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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateways and their receipts for one partition, as far as the store has told. Each record is
/// decoded once. Not thread-safe.
public final class KnownFleet {
  private static final Logger LOG = LoggerFactory.getLogger(KnownFleet.class);

  private final Map<Keys.GatewayKey, Registered> registered = new HashMap<>();
  private final Map<GatewayId, GivenReceipt> receipts = new HashMap<>();
  private long gatewaysRevision;

  private record Registered(GatewayMode mode, long lease) {}

  public void gatewaysAsOf(long revision) {
    gatewaysRevision = Math.max(gatewaysRevision, revision);
  }

  /// Takes note of a record of a gateway or of a receipt.
  public void put(Entry entry) {
    try {
      if (entry.key().startsWith(Keys.GATEWAYS)) {
        registered.put(gatewayKey(entry.key()), registration(entry));
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
        registered.remove(gatewayKey(key));
      } else {
        receipts.remove(gatewayOfReceipt(key));
      }
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
    }
  }

  public FleetView view() {
    Map<GatewayId, Presence> present = new HashMap<>();
    registered.forEach(
        (key, found) -> {
          OptionalLong lease = OptionalLong.of(found.lease());
          Presence before =
              present.getOrDefault(
                  key.gateway(),
                  new Presence(found.mode(), OptionalLong.empty(), OptionalLong.empty()));
          present.put(
              key.gateway(),
              key.kind() == LeaseKind.LONG
                  ? new Presence(found.mode(), lease, before.shortLease())
                  : new Presence(found.mode(), before.longLease(), lease));
        });
    return new FleetView(present, receipts, gatewaysRevision);
  }

  /// A gateway whose record does not check is still there: it is waited for until its lease ends.
  private static Registered registration(Entry entry) {
    long lease = entry.lease() == null ? Long.MAX_VALUE : entry.lease().value();
    try {
      GatewayMode mode = Records.decode(entry.key(), entry.value(), GatewayRecord.class).mode();
      return new Registered(mode, lease);
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      return new Registered(GatewayMode.LEASED, lease);
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
