package dev.drover.core.fleet;

import dev.drover.core.gate.Session;
import java.time.Duration;

/// A gateway's own view of its two leases: the sessions in effect, and those that were taken and
/// are not in effect yet.
///
/// A session that was taken is only pending until the gateway has registered under it and has read
/// all records after that (docs/design.md, G1); [#adopt] puts it into effect. A request guarded by
/// a session that no driver could have listed would be acknowledged although a cutover may have
/// passed it by.
///
/// Read by any thread, changed by one at a time. Times are nanoseconds of one monotonic clock.
public final class Sessions {
  private static final Session NONE = new Session(0, 0);

  static {
    NONE.end();
  }

  private final LeaseOptions options;
  private volatile Session longSession = NONE;
  private volatile Session shortSession = NONE;
  private volatile Session longPending = NONE;
  private volatile Session shortPending = NONE;

  public Sessions(LeaseOptions options) {
    this.options = options;
  }

  /// The long session in effect.
  public Session longSession() {
    return longSession;
  }

  /// The short session in effect.
  public Session shortSession() {
    return shortSession;
  }

  /// The session in effect.
  public Session inEffect(LeaseKind kind) {
    return switch (kind) {
      case LONG -> longSession;
      case SHORT -> shortSession;
    };
  }

  /// The session to register under and to renew: the pending one, or the one in effect if that kind
  /// was not taken anew.
  public Session registering(LeaseKind kind) {
    return switch (kind) {
      case LONG -> longPending == NONE ? longSession : longPending;
      case SHORT -> shortPending == NONE ? shortSession : shortPending;
    };
  }

  /// A lease of this kind is about to be taken: what it replaces has ended.
  public void replacing(LeaseKind kind) {
    inEffect(kind).end();
  }

  /// The store has given a lease.
  ///
  /// @param lease the store's name of it
  /// @param sentNanos from before the request for it was sent
  public void taken(LeaseKind kind, long lease, long sentNanos) {
    Session session = new Session(lease, options.endsAtNanos(sentNanos, length(kind)));
    switch (kind) {
      case LONG -> longPending = session;
      case SHORT -> shortPending = session;
    }
  }

  /// Puts what is pending into effect: the gateway has registered, and read all records after that.
  public void adopt() {
    longSession = registering(LeaseKind.LONG);
    shortSession = registering(LeaseKind.SHORT);
    longPending = NONE;
    shortPending = NONE;
  }

  /// The store has answered a keep-alive.
  ///
  /// @param alive whether it still has the lease
  /// @param sentNanos from before the keep-alive was sent
  public void keptAlive(
      LeaseKind kind, Session session, boolean alive, long sentNanos, long nowNanos) {
    if (alive) {
      session.renew(options.endsAtNanos(sentNanos, length(kind)), nowNanos);
    } else {
      session.end();
    }
  }

  /// How long a lease of this kind is asked for.
  public Duration length(LeaseKind kind) {
    return switch (kind) {
      case LONG -> options.longLease();
      case SHORT -> options.shortLease();
    };
  }
}
