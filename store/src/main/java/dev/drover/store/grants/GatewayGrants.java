package dev.drover.store.grants;

import dev.drover.core.GatewayId;
import dev.drover.core.Partition;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.RequestsRecord;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What gateways may write: what the protocol has them write, and nothing else.
///
/// | key | what |
/// |---|---|
/// | `gateways/NAME/long`, `…/short` | its registration, under the lease that it names, compared, and only in the place of its own instance |
/// | `gateways/NAME/requests` | which requests a hold waits for, under a lease |
/// | `receipts/PARTITION/NAME` | its receipts, under the lease of that registration |
/// | `witnesses/HOME/gateway/NAME` | its word that a home is gone, under a lease |
/// | `partitions/PARTITION` | the end of a cutover that has outlasted its budget: just what [Transition#reopen] makes of the record that is compared |
///
/// They may keep alive and revoke leases that hold none but these. Gateways are not told from one
/// another: who holds their token can speak for each of them.
public final class GatewayGrants implements Grants {
  /// Of leases that are remembered; those that were not are looked up again.
  private static final int LEASES_MAX = 10_000;

  private static final int REQUESTS_BYTES_MAX = 1 << 16;

  private final StateStore store;
  private final Set<Long> theirs = ConcurrentHashMap.newKeySet();
  private final Map<GatewayId, Long> shortLeases = new ConcurrentHashMap<>();

  public GatewayGrants(StateStore store) {
    this.store = store;
  }

  @Override
  public void put(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException {
    String[] parts = key.split("/", -1);
    switch (parts[0] + "/") {
      case Keys.RECEIPTS -> receipt(key, parts, value, lease);
      case Keys.GATEWAYS -> {
        if (Keys.requestsOf(key).isPresent()) {
          requests(key, value, lease);
        } else {
          registration(key, value, expectedVersion, lease);
        }
      }
      case Keys.WITNESSES -> {
        if (!isWitness(parts) || lease == null) {
          throw refused(key);
        }
        touch(lease);
      }
      case Keys.PARTITIONS -> reopening(key, value, expectedVersion, lease);
      default -> throw refused(key);
    }
  }

  private void receipt(String key, String[] parts, byte[] value, @Nullable LeaseId lease)
      throws StoreException {
    if (parts.length != 3 || lease == null) {
      throw refused(key);
    }
    GivenReceipt receipt = sent(key, value, GivenReceipt.class);
    GatewayId gateway = gateway(key, parts[2]);
    if (receipt.shortLease() != lease.value() || !holds(gateway, lease)) {
      throw new StoreException.Refused(
          "'" + key + "': a receipt counts only under the lease that its gateway has registered",
          null);
    }
  }

  private void requests(String key, byte[] value, @Nullable LeaseId lease) throws StoreException {
    if (lease == null || value.length > REQUESTS_BYTES_MAX) {
      throw refused(key);
    }
    RequestsRecord _ = sent(key, value, RequestsRecord.class);
    touch(lease);
  }

  /// What a client wants to write, if it is a record.
  private static <T> T sent(String key, byte[] value, Class<T> type) throws StoreException {
    try {
      return Records.decode(key, value, type);
    } catch (StoreException.Corrupt e) {
      throw new StoreException.Refused("nothing was written: " + e.getMessage(), e);
    }
  }

  private boolean holds(GatewayId gateway, LeaseId lease) throws StoreException {
    Long known = shortLeases.get(gateway);
    if (known != null && known == lease.value()) {
      return true;
    }
    Optional<GatewayRecord> registered = registered(Keys.gateway(gateway, LeaseKind.SHORT));
    registered.ifPresent(record -> shortLeases.put(gateway, record.lease()));
    return registered.filter(record -> record.lease() == lease.value()).isPresent();
  }

  private Optional<GatewayRecord> registered(String key) throws StoreException {
    Optional<Entry> entry = store.get(key);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key, entry.get().value(), GatewayRecord.class));
  }

  private void registration(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException {
    Keys.GatewayKey named = Keys.gatewayOf(key).orElseThrow(() -> refused(key));
    GatewayRecord record = sent(key, value, GatewayRecord.class);
    boolean own = record.id().equals(named.gateway());
    if (lease == null || record.lease() != lease.value() || !own || expectedVersion < 0) {
      throw refused(key);
    }
    touch(lease);
    Optional<GatewayRecord> holder = registered(key);
    String instance = record.identity().instance();
    if (holder.isPresent() && !holder.get().identity().instance().equals(instance)) {
      throw new StoreException.Refused(
          "'" + key + "' is held by another gateway, " + holder.get().process(), null);
    }
  }

  /// The version is compared by the store: if the record is another one by then, nothing is
  /// written.
  private void reopening(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException {
    Partition next = sent(key, value, Partition.class);
    Optional<Entry> entry = store.get(key);
    if (lease != null || expectedVersion <= 0 || entry.isEmpty()) {
      throw refused(key);
    }
    if (entry.get().version() != expectedVersion) {
      return;
    }
    Partition now = Records.decode(key, entry.get().value(), Partition.class);
    boolean reopens =
        Transition.reopen(now, next.changedAt()) instanceof Transition.Granted(Partition allowed)
            && allowed.equals(next);
    if (!reopens) {
      throw new StoreException.Refused(
          "'" + key + "': a gateway may end a cutover that lasts too long, and change nothing else",
          null);
    }
  }

  @Override
  public void delete(String key) throws StoreException {
    if (!isWitness(key.split("/", -1)) && Keys.requestsOf(key).isEmpty()) {
      throw refused(key);
    }
  }

  private static boolean isWitness(String[] parts) {
    return parts.length == 4
        && (parts[0] + "/").equals(Keys.WITNESSES)
        && parts[2].equals("gateway")
        && !parts[3].isEmpty();
  }

  @Override
  public void made(LeaseId lease) {
    if (theirs.size() >= LEASES_MAX) {
      theirs.clear();
    }
    theirs.add(lease.value());
  }

  @Override
  public void ended(LeaseId lease) {
    theirs.remove(lease.value());
  }

  /// A lease that is not remembered may be one from before this server's start: it is a gateway's
  /// unless something of the servers' stands under it.
  @Override
  public void touch(LeaseId lease) throws StoreException {
    if (theirs.contains(lease.value())) {
      return;
    }
    for (String prefix : new String[] {Keys.CONTROLLER, Keys.DRIVERS, Keys.SERVERS}) {
      refuseIfHeld(prefix, lease);
    }
    for (Entry entry : store.list(Keys.GATEWAYS).entries()) {
      if (Keys.forgottenOf(entry.key()).isPresent()) {
        refuseIfHeld(entry, lease);
      }
    }
    for (Entry entry : store.list(Keys.WITNESSES).entries()) {
      if (!isWitness(entry.key().split("/", -1))) {
        refuseIfHeld(entry, lease);
      }
    }
    made(lease);
  }

  private void refuseIfHeld(String prefix, LeaseId lease) throws StoreException {
    for (Entry entry : store.list(prefix).entries()) {
      refuseIfHeld(entry, lease);
    }
  }

  private static void refuseIfHeld(Entry entry, LeaseId lease) throws StoreException {
    if (lease.equals(entry.lease())) {
      throw new StoreException.Refused(
          "'" + entry.key() + "' stands under lease " + lease.value() + ", which is no gateway's",
          null);
    }
  }

  private static GatewayId gateway(String key, String name) throws StoreException {
    try {
      return new GatewayId(name);
    } catch (IllegalArgumentException e) {
      throw refused(key);
    }
  }

  private static StoreException.Refused refused(String key) {
    return new StoreException.Refused(
        "a gateway may write its registration, its receipts and its word on homes, each under its lease, and end a cutover that lasts too long; not '"
            + key
            + "' like this. Nothing was written",
        null);
  }
}
