package dev.drover.gateway;

import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.Sessions;
import dev.drover.core.gate.Session;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts a gateway's registration under its leases, unless another process has the name.
///
/// | what stands there | what is done |
/// |---|---|
/// | nothing: no process has the name, or its leases have ended | registered |
/// | a registration of the same instance: an earlier run, or an earlier try | replaced at once |
/// | one of another instance | refused until its leases have ended |
final class Registration {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

  private final GatewayOptions options;
  private final StateStore store;
  private final Sessions sessions;
  private volatile GatewayIdentity identity;
  private volatile String refused = "";

  /// Which format the last registration says that this gateway reads.
  private volatile int told = Records.FORMAT;

  Registration(GatewayOptions options, StateStore store, Sessions sessions) {
    this.options = options;
    this.store = store;
    this.sessions = sessions;
    this.identity = options.self().identity();
  }

  /// What this gateway says of itself when it registers.
  GatewayIdentity identity() {
    return identity;
  }

  /// It says this from the next time on.
  void say(GatewayIdentity now) {
    identity = now;
  }

  /// Why the last try was refused; empty if it was not.
  String refused() {
    return refused;
  }

  void put() throws StoreException {
    int reads = said();
    put(LeaseKind.LONG, reads);
    put(LeaseKind.SHORT, reads);
    told = reads;
    refused = "";
  }

  /// Registers anew if the servers can be told more by now than in the last registration. One that
  /// is away for a while takes with it what it says of itself, and nobody tells it more meanwhile.
  void tellMore() throws StoreException {
    if (told != Records.FORMAT && said() == Records.FORMAT) {
      put();
    }
  }

  /// Which format this gateway says that it reads. A server of a version that knew one format only
  /// takes a registration that says anything of it for a damaged one, so it is not told.
  private int said() throws StoreException {
    List<Entry> servers = store.list(Keys.SERVERS).entries();
    for (Entry server : servers) {
      if (store.get(Keys.formatOf(server.key())).isEmpty()) {
        return 1;
      }
    }
    return servers.isEmpty() ? 1 : Records.FORMAT;
  }

  /// By compare-and-set: an earlier try that is still on its way, under a lease that has been given
  /// up since, must not take this one's place, or the driver of a move would pass by this gateway
  /// as soon as that lease ends.
  private void put(LeaseKind kind, int reads) throws StoreException {
    Session session = sessions.registering(kind);
    String key = Keys.gateway(options.id(), kind);
    Optional<Entry> current = store.get(key);
    if (current.isPresent()) {
      refuseIfAnothers(current.get());
    }
    GatewayRecord record =
        new GatewayRecord(
            options.id(),
            options.mode(),
            options.self().address(),
            options.self().process(),
            session.lease(),
            (reads == 1 ? identity.with(Optional.empty()) : identity)
                .withLongLease(options.leases().longLease()),
            options.engine(),
            reads);
    PutResult result =
        store.put(
            key,
            Records.encode(record),
            current.map(Entry::version).orElse(StateStore.ABSENT),
            new LeaseId(session.lease()));
    if (result instanceof PutResult.Conflict) {
      throw new StoreException.Unavailable(
          "'" + key + "' was written by an earlier try meanwhile; it is tried again", null);
    }
  }

  private void refuseIfAnothers(Entry entry) throws StoreException {
    String who;
    try {
      GatewayRecord holder = Records.decode(entry.key(), entry.value(), GatewayRecord.class);
      if (holder.identity().instance().equals(identity.instance())) {
        return;
      }
      who = "process " + holder.process() + ", which listens on " + holder.address();
    } catch (StoreException.Corrupt e) {
      who = "another process (" + e.getMessage() + ")";
    }
    String why =
        "the name '%s' is held by %s, from another data directory. Two gateways of one name would take each other's place in moves, and writes could be lost. Give this one a name of its own, or stop the other one. If that one is dead, its leases end by themselves (long lease: %d s), or 'drover gateways forget %s --force' ends them"
            .formatted(options.id(), who, options.leases().longLease().toSeconds(), options.id());
    if (!why.equals(refused)) {
      LOG.error("this gateway does not join: {}", why);
    }
    refused = why;
    throw new StoreException.Unavailable(why, null);
  }
}
