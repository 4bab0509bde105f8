package dev.drover.sim.explore;

/// A [dev.drover.core.gate.Guard] as a value.
///
/// @param onLong whether it was made with a long session, else with a short one
/// @param session the number of that session
/// @param shifted the short session that it was put onto, [#NOT] or [#BROKEN]
/// @param over whether the partition has left the home that it was made for
record GuardValue(boolean onLong, int session, int shifted, boolean over) {
  static final int NOT = -1;
  static final int BROKEN = 0;

  /// What every guard comes to that does not stand: one that broke stays broken, and serves no new
  /// requests.
  static final GuardValue DEAD = new GuardValue(false, 0, BROKEN, false);

  static GuardValue on(boolean onLong, int session) {
    return new GuardValue(onLong, session, NOT, false);
  }

  boolean stands(Sessions own) {
    if (over) {
      return false;
    }
    return shifted == NOT ? own.holds(onLong, session) : own.holds(false, shifted);
  }

  GuardValue shift(Sessions own) {
    if (shifted != NOT) {
      return this;
    }
    int to = own.holds(onLong, session) ? own.shortSession() : BROKEN;
    return new GuardValue(onLong, session, to, over);
  }

  GuardValue retired() {
    return new GuardValue(onLong, session, shifted, true);
  }

  boolean servesAs(boolean isLong, int wanted) {
    return shifted == NOT && onLong == isLong && session == wanted && !over;
  }

  /// What a guard needs to know of its gateway's sessions. A session that was replaced has ended.
  interface Sessions {
    /// Whether this session is in effect and stands.
    boolean holds(boolean isLong, int session);

    /// The short session in effect.
    int shortSession();
  }
}
