package dev.drover.control;

import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.FormatRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A controller's lease, and the keys under it by which others see what it is and does: its name,
/// that it leads, and the partitions that it drives.
///
/// | key | its holder |
/// |---|---|
/// | `servers/NAME` | is the only one of that name |
/// | `controller` | leads: begins moves, and takes over those that nobody drives |
/// | `drivers/PARTITION` | drives that partition |
///
/// They all end with the lease, so whoever leads next finds nothing claimed by a dead one. The keys
/// keep two controllers from working against each other; that they never both win is the record's
/// compare-and-set.
final class DriverClaims {
  private final StateStore store;
  private final ControllerOptions options;
  private final Map<PartitionId, Long> claims = new HashMap<>();
  private @Nullable LeaseId lease;
  private boolean named;
  private boolean leads;
  private long leadsTaken;

  DriverClaims(StateStore store, ControllerOptions options) {
    this.store = store;
    this.options = options;
  }

  /// Keeps the lease alive, or takes a new one, and then what goes with it: the name, and the lead
  /// if nobody has it.
  ///
  /// @return whether this controller leads
  synchronized boolean renew() throws StoreException {
    LeaseId held = lease;
    if (held == null || !store.keepAlive(held)) {
      named = false;
      leads = false;
      held = store.lease(options.lease());
      lease = held;
    }
    named = named || (take(Keys.server(options.name()), held) && said(held));
    if (named && !leads && take(Keys.CONTROLLER, held)) {
      leads = true;
      leadsTaken++;
    }
    return leads;
  }

  /// How often it has taken the lead: others may have led between two of these times.
  synchronized long leadsTaken() {
    return leadsTaken;
  }

  /// The lease under which it leads; empty if it does not. What is written under it is refused by
  /// the store once another one may lead.
  synchronized Optional<LeaseId> lead() {
    return leads ? Optional.ofNullable(lease) : Optional.empty();
  }

  /// Does not go on under its lease, because it is unknown what was written under it or may still
  /// be. What it takes next it takes under another lease, and ends this one before.
  synchronized void giveUp() {
    lease = null;
    named = false;
    leads = false;
  }

  /// Whether no other server that lives has this one's name.
  synchronized boolean named() {
    return named;
  }

  /// Claims a partition.
  ///
  /// @return false if another controller drives it and lives
  synchronized boolean claim(PartitionId partition) throws StoreException {
    LeaseId held = lease;
    if (held == null) {
      boolean _ = renew();
      held = lease;
    }
    OptionalLong version =
        held == null ? OptionalLong.empty() : taken(Keys.driver(partition), held);
    version.ifPresent(at -> claims.put(partition, at));
    return version.isPresent();
  }

  /// Says what this server can read, for as long as it has its name.
  private boolean said(LeaseId held) throws StoreException {
    String key = Keys.formatOf(Keys.server(options.name()));
    byte[] mine = Records.encode(new FormatRecord(Records.FORMAT));
    return store.put(key, mine, StateStore.ANY, held) instanceof PutResult.Applied;
  }

  private boolean take(String key, LeaseId held) throws StoreException {
    return taken(key, held).isPresent();
  }

  private OptionalLong taken(String key, LeaseId held) throws StoreException {
    Optional<Entry> current = store.get(key);
    if (!replaceable(key, current)) {
      return OptionalLong.empty();
    }
    byte[] mine = Records.encode(new DriverRecord(options.self(), options.process()));
    LeaseId last = current.map(Entry::lease).orElse(null);
    long version = current.map(Entry::version).orElse(StateStore.ABSENT);
    if (last != null && !last.equals(held)) {
      // What is on its way under that lease must not come to be while this one stands.
      store.revoke(last);
      version = StateStore.ABSENT;
    }
    return store.put(key, mine, version, held) instanceof PutResult.Applied applied
        ? OptionalLong.of(applied.version())
        : OptionalLong.empty();
  }

  /// Gives a claim back, if it is still this controller's: one that was overtaken must not take
  /// away the claim of whoever drives now.
  synchronized void release(PartitionId partition) throws StoreException {
    Long version = claims.remove(partition);
    if (version != null) {
      store.delete(Keys.driver(partition), version);
    }
  }

  synchronized void close() throws StoreException {
    if (lease != null) {
      store.revoke(lease);
    }
  }

  /// What an earlier run of this server has left may be replaced at once, but only where no other
  /// server can have its name.
  private boolean replaceable(String key, Optional<Entry> current) throws StoreException {
    if (current.isEmpty()) {
      return true;
    }
    DriverRecord record = Records.decode(key, current.get().value(), DriverRecord.class);
    return record.controller().equals(options.self())
        || (!options.shared() && options.isPredecessor(record.controller()));
  }
}
