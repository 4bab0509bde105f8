package dev.drover.sim.explore;

/// What goes wrong in the fleet, or is asked for against the move. Once they stop, an end has to be
/// reached.
///
/// A pause is none of these: whoever takes no step for a while is paused. What a pause leads to is
/// here: a lease that ends, another controller that takes over, a hold that outlasts its budget.
public enum Mishap {
  /// A controller crashes, and does not come back.
  CONTROLLER_CRASH,
  /// A gateway crashes; it may be started again.
  GATEWAY_CRASH,
  /// A gateway's short lease ends in its own view; the long one may follow each time.
  EXPIRY,
  /// A controller takes over from one that still works.
  TAKEOVER,
  /// Somebody asks for an abort.
  ABORT,
  /// A compare-and-set's answer is lost, or the compare-and-set itself, which nobody can tell
  /// apart.
  UNKNOWN,
  /// A hold outlasts its budget.
  OVERTIME,
  /// The store crashes, and comes back without the receipts; all watches are lost.
  STORE_CRASH
}
