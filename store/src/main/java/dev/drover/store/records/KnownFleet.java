package dev.drover.store.records;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.RequestUnderWay;
import dev.drover.store.Entry;
import dev.drover.store.StoreException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateways of one engine and their receipts for one partition, as far as the store has told:
/// gateways of other engines have nothing to do with it. Each version of a gateway's record is
/// decoded once, however many fleets share what was [Decoded]. Not thread-safe.
public final class KnownFleet {
  private static final Logger LOG = LoggerFactory.getLogger(KnownFleet.class);

  private final Engine engine;
  private final Decoded decoded;
  private final Map<GatewayId, Presence> present = new HashMap<>();
  private final Map<GatewayId, GivenReceipt> receipts = new HashMap<>();
  private final Set<GatewayId> forgotten = new HashSet<>();
  private final Map<GatewayId, List<RequestUnderWay>> requests = new HashMap<>();
  private long gatewaysRevision;

  /// Made anew only after a gateway has come or gone: a hold brings a receipt of each, and no such
  /// change.
  private @Nullable Map<GatewayId, Presence> presentCopy;

  /// What gateways' records say, by key and version. May be shared by any threads.
  public static final class Decoded {
    private final Map<String, Versioned> facts = new ConcurrentHashMap<>();
    private final LongAdder records = new LongAdder();

    private record Versioned(long version, Facts facts) {}

    /// What a driver needs to know of a gateway.
    ///
    /// @param engine empty if its record does not check: then it may be of any
    private record Facts(GatewayMode mode, Set<HomeId> homes, Optional<Engine> engine) {
      boolean mayServe(Engine wanted) {
        return engine.isEmpty() || engine.get().equals(wanted);
      }
    }

    /// How many records were decoded.
    public long records() {
      return records.sum();
    }

    /// A gateway whose record does not check is still there: it is waited for until its lease ends,
    /// and nothing is known of its homes.
    private Facts facts(Entry entry) {
      Versioned before = facts.get(entry.key());
      if (before != null && before.version() == entry.version()) {
        return before.facts();
      }
      Facts found = decode(entry);
      facts.put(entry.key(), new Versioned(entry.version(), found));
      return found;
    }

    private Facts decode(Entry entry) {
      records.increment();
      try {
        GatewayRecord record = Records.decode(entry.key(), entry.value(), GatewayRecord.class);
        return new Facts(record.mode(), record.identity().homeIds(), Optional.of(record.engine()));
      } catch (StoreException.Corrupt e) {
        LOG.error("{}", e.getMessage());
        return new Facts(GatewayMode.LEASED, Set.of(), Optional.empty());
      }
    }

    private void forget(String key) {
      facts.remove(key);
    }
  }

  /// @param engine of the partition
  /// @param decoded what other fleets have decoded
  public KnownFleet(Engine engine, Decoded decoded) {
    this.engine = engine;
    this.decoded = decoded;
  }

  public void gatewaysAsOf(long revision) {
    gatewaysRevision = Math.max(gatewaysRevision, revision);
  }

  /// Takes note of a record of a gateway or of a receipt.
  public void put(Entry entry) {
    try {
      Optional<GatewayId> mark = Keys.forgottenOf(entry.key());
      Optional<GatewayId> said = Keys.requestsOf(entry.key());
      if (entry.key().startsWith(Keys.GATEWAYS) && mark.isPresent()) {
        if (servedBy(entry)) {
          forgotten.add(mark.get());
        }
      } else if (said.isPresent()) {
        requests.put(
            said.get(),
            Records.decode(entry.key(), entry.value(), RequestsRecord.class).requests());
      } else if (entry.key().startsWith(Keys.GATEWAYS)) {
        Keys.GatewayKey key = gatewayKey(entry.key());
        long lease = entry.lease() == null ? Long.MAX_VALUE : entry.lease().value();
        Decoded.Facts facts = decoded.facts(entry);
        if (facts.mayServe(engine)) {
          register(key, facts, OptionalLong.of(lease));
        } else {
          ended(key);
        }
      } else {
        receipts.put(
            gatewayOfReceipt(entry.key()),
            Records.decode(entry.key(), entry.value(), GivenReceipt.class));
      }
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
    }
  }

  /// Whether a gateway that was forgotten may have served this engine's partitions.
  private boolean servedBy(Entry mark) {
    try {
      return Records.decode(mark.key(), mark.value(), ForgottenRecord.class)
          .engine()
          .filter(served -> !served.equals(engine))
          .isEmpty();
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      return true;
    }
  }

  public void remove(String key) {
    try {
      Optional<GatewayId> mark = Keys.forgottenOf(key);
      Optional<GatewayId> said = Keys.requestsOf(key);
      if (key.startsWith(Keys.GATEWAYS) && mark.isPresent()) {
        forgotten.remove(mark.get());
      } else if (said.isPresent()) {
        requests.remove(said.get());
      } else if (key.startsWith(Keys.GATEWAYS)) {
        decoded.forget(key);
        ended(gatewayKey(key));
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
    return new FleetView(gateways, receipts, forgotten, gatewaysRevision, requests);
  }

  /// A gateway is not there any more under a lease, or serves another engine under it from now on.
  private void ended(Keys.GatewayKey gone) {
    Presence before = present.get(gone.gateway());
    if (before != null) {
      register(
          gone,
          new Decoded.Facts(before.mode(), before.homes(), Optional.of(engine)),
          OptionalLong.empty());
    }
  }

  /// @param lease empty if it has ended
  private void register(Keys.GatewayKey key, Decoded.Facts facts, OptionalLong lease) {
    Presence before = present.get(key.gateway());
    OptionalLong longLease = before == null ? OptionalLong.empty() : before.longLease();
    OptionalLong shortLease = before == null ? OptionalLong.empty() : before.shortLease();
    Presence now =
        key.kind() == LeaseKind.LONG
            ? new Presence(facts.mode(), lease, shortLease, facts.homes())
            : new Presence(facts.mode(), longLease, lease, facts.homes());
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
