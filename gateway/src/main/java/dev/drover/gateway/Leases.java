package dev.drover.gateway;

import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.Sessions;
import dev.drover.core.gate.Session;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Takes a gateway's leases at the store, renews them and gives them back; what that means for its
/// [Sessions] they decide themselves.
final class Leases {
  private final StateStore store;
  private final Sessions sessions;
  private final LongSupplier nanoClock;

  Leases(StateStore store, Sessions sessions, LongSupplier nanoClock) {
    this.store = store;
    this.sessions = sessions;
    this.nanoClock = nanoClock;
  }

  /// Takes new leases at the store.
  List<Taken> take(boolean takeLong, boolean takeShort) throws StoreException {
    List<Taken> taken = new ArrayList<>();
    if (takeLong) {
      taken.add(take(LeaseKind.LONG));
    }
    if (takeShort) {
      taken.add(take(LeaseKind.SHORT));
    }
    return taken;
  }

  private Taken take(LeaseKind kind) throws StoreException {
    long sentNanos = nanoClock.getAsLong();
    LeaseId lease = store.lease(sessions.length(kind));
    return new Taken(kind, lease.value(), sentNanos);
  }

  /// Renews all, the other one also where one cannot be. A lease that the store does not have any
  /// more ends here too.
  void renew() throws StoreException {
    try {
      renew(LeaseKind.SHORT);
    } finally {
      renew(LeaseKind.LONG);
    }
  }

  private void renew(LeaseKind kind) throws StoreException {
    Session session = sessions.registering(kind);
    long sentNanos = nanoClock.getAsLong();
    if (session.holds(sentNanos)) {
      boolean alive = store.keepAlive(new LeaseId(session.lease()));
      sessions.keptAlive(kind, session, alive, sentNanos, nanoClock.getAsLong());
    }
  }

  /// Gives all back, so that nobody has to wait for them to end. Here they end whatever the store
  /// says.
  void revoke() throws StoreException {
    List<Session> all = new ArrayList<>();
    for (LeaseKind kind : LeaseKind.values()) {
      all.add(sessions.inEffect(kind));
      all.add(sessions.registering(kind));
    }
    all.forEach(Session::end);
    for (Session session : all) {
      if (session.lease() != 0) {
        store.revoke(new LeaseId(session.lease()));
      }
    }
  }
}
