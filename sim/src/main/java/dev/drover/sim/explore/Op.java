package dev.drover.sim.explore;

/// One write or read of a client, through one gateway.
///
/// @param phase how far it is
/// @param home the home that it was sent to, 0 or 1
/// @param guard the guard that it hangs on, by its place among those of its gateway
/// @param known for a read: the writes that were acknowledged before it began; once it was done at
///   its home only those that were missing there
record Op(Phase phase, int home, int guard, int known) {
  static final Op NEW = new Op(Phase.NEW, 0, -1, 0);
  static final Op ANSWERED = new Op(Phase.ANSWERED, 0, -1, 0);
  static final Op UNKNOWN = new Op(Phase.UNKNOWN, 0, -1, 0);

  enum Phase {
    /// Not begun.
    NEW,
    /// On its way to its home.
    SENT,
    /// The home has done it.
    APPLIED,
    ANSWERED,
    /// The client was told that the outcome is not known.
    UNKNOWN,
    /// Sent by a gateway that has crashed; its home may still do it.
    ORPHANED
  }

  boolean inFlight() {
    return phase == Phase.SENT || phase == Phase.APPLIED;
  }

  boolean over() {
    return switch (phase) {
      case NEW, SENT, APPLIED -> false;
      case ANSWERED, UNKNOWN, ORPHANED -> true;
    };
  }

  Op applied() {
    return new Op(Phase.APPLIED, 0, guard, 0);
  }

  Op orphaned() {
    return phase == Phase.SENT ? new Op(Phase.ORPHANED, home, -1, 0) : UNKNOWN;
  }

  Op under(int otherGuard) {
    return new Op(phase, home, otherGuard, known);
  }
}
