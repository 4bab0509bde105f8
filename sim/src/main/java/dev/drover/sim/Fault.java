package dev.drover.sim;

/// One thing that is planned to happen in a run: a fault, or what an operator asks for.
///
/// @param number its place in the plan, by which it is named when a run is made shorter
/// @param atNanos when, from the beginning; if `stage` is set, from when a driver first enters that
///   stage after it
/// @param stage the name of a driver's stage that it waits for, or empty
/// @param lastsNanos how long, for what ends
/// @param which chooses among those that it can happen to
/// @param other chooses again, where two are needed
record Fault(
    int number, Kind kind, long atNanos, String stage, long lastsNanos, int which, int other) {
  /// What can happen.
  enum Kind {
    MOVE,
    ABORT,
    COMMIT,
    TAKE_OVER,
    KILL_CONTROLLER,
    KILL_GATEWAY,
    KILL_STORE,
    KILL_HOME,
    STOP_CONTROLLER,
    STOP_GATEWAY,
    STOP_STORE,
    STOP_HOME,
    STOP_CLIENT,
    CUT_GATEWAY_STORE,
    CUT_CONTROLLER_STORE,
    CUT_GATEWAY_HOME,
    CUT_CONTROLLER_HOME,
    SLOW_GATEWAY_STORE,
    SLOW_GATEWAY_HOME,
    SLOW_CONTROLLER_HOME,
    ERRATIC_GATEWAY_STORE,
    ERRATIC_GATEWAY_HOME,
    STALL_GATEWAY_STORE,
    STORE_FULL,
    STORE_UNSURE,
    LOSE_WATCHES,
    CORRUPT_RECORD,
    CLOCK_JUMP,
    BREAK_CAPTURES,
    HOME_FULL,
    HOME_TOO_SLOW,
    FORGET_HOME,
    WRITE_AROUND,
    SOURCE_LOST,
    MAKE,
    DROP,
    SLOW_CONTROLLER_STORE,
    ERRATIC_CONTROLLER_STORE;

    /// Whether it may happen in any run; the others belong to profiles of their own.
    boolean anywhere() {
      return compareTo(WRITE_AROUND) < 0;
    }
  }

  @Override
  public String toString() {
    return "#%d %s%s at %d ms for %d ms (%d, %d)"
        .formatted(
            number,
            kind,
            stage.isEmpty() ? "" : " in " + stage,
            atNanos / 1_000_000,
            lastsNanos / 1_000_000,
            which,
            other);
  }
}
