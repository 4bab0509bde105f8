package dev.drover.sim.explore;

/// One write or read of a client, through one gateway.
///
/// A write is made again until it is acknowledged. Of one whose gateway has crashed, or whose guard
/// has broken, nobody was told that it was done: what becomes of it breaks nothing, for each write
/// stands alone, and so it is not told apart from one that was never made. A read is made again and
/// again. One that began before anything was acknowledged can miss nothing, and if it misses
/// several writes it misses each of them: so it looks for one.
///
/// @param phase how far it is
/// @param home the home that it was sent to, 0 or 1
/// @param guard the guard that it hangs on, by its place among those of its gateway, or -1
/// @param known for a read: a write that was acknowledged before it began, as a set of one
record Op(Phase phase, int home, int guard, int known) {
  static final Op NEW = new Op(Phase.NEW, 0, -1, 0);

  /// Acknowledged.
  static final Op OVER = new Op(Phase.OVER, 0, -1, 0);

  enum Phase {
    /// Not on its way.
    NEW,
    /// On its way to its home. An answer that is on its way back under a guard that will stand is
    /// as good as there: a later one is acknowledged all the same, and only holds its pass longer.
    SENT,
    OVER
  }

  boolean sent() {
    return phase == Phase.SENT;
  }

  Op under(int otherGuard) {
    return new Op(phase, home, otherGuard, known);
  }
}
