package dev.drover.core.gate;

import org.jspecify.annotations.Nullable;

/// What must still stand when a home has answered, for the client to be answered (docs/design.md,
/// G5).
///
/// A guard stands on the session that it was made with. When the gateway learns that the partition
/// moves, [#shift] puts it onto the short session, and with it all that is in flight under it. When
/// the partition has left its home, [#retire] breaks it together with all guards before it that
/// were made for that home. A guard that broke stays broken.
public final class Guard {
  private static final Session BROKEN = new Session(0, 0);

  static {
    BROKEN.end();
  }

  private final Session first;
  private final Stay stay;
  private volatile @Nullable Session shifted;

  /// A partition's time at one home, which all guards share that are made for it.
  private static final class Stay {
    volatile boolean over;
  }

  public Guard(Session session) {
    this(session, new Stay());
  }

  private Guard(Session session, Stay stay) {
    this.first = session;
    this.stay = stay;
  }

  /// The guard that follows this one, on another session; at the same home, unless this one was
  /// retired.
  public Guard next(Session session) {
    return new Guard(session, stay.over ? new Stay() : stay);
  }

  public boolean stands(long nowNanos) {
    Session now = shifted;
    return (now == null ? first : now).holds(nowNanos) && !stay.over;
  }

  /// From now on stands on `session`, if it still stands; does nothing if it was shifted before.
  public void shift(Session session, long nowNanos) {
    if (shifted == null) {
      shifted = first.holds(nowNanos) ? session : BROKEN;
    }
  }

  /// Breaks it, and all that were made for the same home: what is in flight was asked where the
  /// partition is not any more.
  public void retire() {
    stay.over = true;
  }

  /// Whether new requests may be put under this guard: it is on its first session, which is
  /// `session`.
  public boolean servesAs(Session session) {
    return shifted == null && first == session && !stay.over;
  }
}
