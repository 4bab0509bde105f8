package dev.drover.gateway;

import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.gate.Session;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import java.time.Duration;
import java.util.function.LongSupplier;

/// A gateway's two leases and its own view of them.
///
/// A session that was taken is only pending until the gateway has registered under it and has read
/// all records after that (DESIGN.md G1); [#adopt] puts it into effect. A request guarded by a
/// session that no driver could have listed would be acknowledged although a cutover may have
/// passed it by.
final class Leases {
  private static final Session NONE = new Session(0, 0);

  static {
    NONE.end();
  }

  private final StateStore store;
  private final LeaseOptions options;
  private final LongSupplier nanoClock;
  private volatile Session longSession = NONE;
  private volatile Session shortSession = NONE;
  private volatile Session longPending = NONE;
  private volatile Session shortPending = NONE;

  Leases(StateStore store, LeaseOptions options, LongSupplier nanoClock) {
    this.store = store;
    this.options = options;
    this.nanoClock = nanoClock;
  }

  /// The long session in effect.
  Session longSession() {
    return longSession;
  }

  /// The short session in effect.
  Session shortSession() {
    return shortSession;
  }

  /// The session to register under: the pending one, or the one in effect if that kind was not
  /// taken anew.
  Session registering(LeaseKind kind) {
    return switch (kind) {
      case LONG -> longPending == NONE ? longSession : longPending;
      case SHORT -> shortPending == NONE ? shortSession : shortPending;
    };
  }

  /// Takes new leases at the store. The sessions that they replace have ended from here on.
  void take(boolean takeLong, boolean takeShort) throws StoreException {
    if (takeLong) {
      longSession.end();
      longPending = taken(options.longLease());
    }
    if (takeShort) {
      shortSession.end();
      shortPending = taken(options.shortLease());
    }
  }

  /// Puts what is pending into effect: the gateway has registered, and read all records after that.
  void adopt() {
    longSession = registering(LeaseKind.LONG);
    shortSession = registering(LeaseKind.SHORT);
    longPending = NONE;
    shortPending = NONE;
  }

  /// Renews all. A lease that the store does not have any more ends here too.
  void renew() throws StoreException {
    renew(registering(LeaseKind.SHORT), options.shortLease());
    renew(registering(LeaseKind.LONG), options.longLease());
  }

  /// Gives all back, so that nobody has to wait for them to end.
  void revoke() throws StoreException {
    for (Session session : new Session[] {shortSession, longSession, shortPending, longPending}) {
      session.end();
      if (session.lease() != 0) {
        store.revoke(new LeaseId(session.lease()));
      }
    }
  }

  private Session taken(Duration lease) throws StoreException {
    long sent = nanoClock.getAsLong();
    LeaseId id = store.lease(lease);
    return new Session(id.value(), options.endsAtNanos(sent, lease));
  }

  private void renew(Session session, Duration lease) throws StoreException {
    long sent = nanoClock.getAsLong();
    if (!session.holds(sent)) {
      return;
    }
    if (store.keepAlive(new LeaseId(session.lease()))) {
      session.renew(options.endsAtNanos(sent, lease), nanoClock.getAsLong());
    } else {
      session.end();
    }
  }
}
