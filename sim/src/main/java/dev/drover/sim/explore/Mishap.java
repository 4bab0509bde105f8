package dev.drover.sim.explore;

/// What goes wrong in the fleet, or is asked for against the move. Once they stop, an end has to be
/// reached.
public enum Mishap {
  /// A controller crashes, and does not come back.
  CONTROLLER_CRASH,
  /// A gateway crashes, and does not come back.
  GATEWAY_CRASH,
  /// A gateway's short lease ends in its own view; the long one may follow each time.
  EXPIRY,
  /// A controller takes over from one that still works.
  TAKEOVER,
  /// Somebody asks for an abort.
  ABORT,
  /// A compare-and-set's answer is lost.
  UNKNOWN,
  /// A hold outlasts its budget.
  OVERTIME
}
