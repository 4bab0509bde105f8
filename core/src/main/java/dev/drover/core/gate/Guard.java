package dev.drover.core.gate;

import org.jspecify.annotations.Nullable;

/// What must still stand when a home has answered, for the client to be answered (DESIGN.md G5).
///
/// A guard stands on the session that it was made with. When the gateway learns that the partition
/// moves, [#shift] puts it onto the short session, and with it all that is in flight under it. A
/// guard that broke stays broken.
public final class Guard {
  private static final Session BROKEN = new Session(0, 0);

  static {
    BROKEN.end();
  }

  private final Session first;
  private volatile @Nullable Session shifted;

  public Guard(Session session) {
    first = session;
  }

  public boolean stands(long nowNanos) {
    Session now = shifted;
    return (now == null ? first : now).holds(nowNanos);
  }

  /// From now on stands on `session`, if it still stands; does nothing if it was shifted before.
  public void shift(Session session, long nowNanos) {
    if (shifted == null) {
      shifted = first.holds(nowNanos) ? session : BROKEN;
    }
  }

  /// Whether new requests may be put under this guard: it is on its first session, which is
  /// `session`.
  public boolean servesAs(Session session) {
    return shifted == null && first == session;
  }
}
