package dev.drover.sim;

import java.util.List;
import java.util.stream.Stream;

/// Which faults a run is made of. Each seed draws its own few from them, so that some runs meet one
/// kind of fault often and others meet many together.
public enum Profile {
  /// Everything, but for writers who go around the gateways, sources that lose what they held, and
  /// partitions that come and go.
  ALL(Stream.of(Fault.Kind.values()).filter(Fault.Kind::anywhere).toList()),
  /// Nothing goes wrong.
  CALM(List.of()),
  /// Processes are killed and started again.
  CRASHES(
      List.of(
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.KILL_GATEWAY,
          Fault.Kind.KILL_STORE,
          Fault.Kind.KILL_HOME)),
  /// Processes are stopped for any time and go on.
  PAUSES(
      List.of(
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.STOP_STORE,
          Fault.Kind.STOP_HOME,
          Fault.Kind.STOP_CLIENT)),
  /// Connections break, or are slow.
  NETWORK(
      List.of(
          Fault.Kind.CUT_GATEWAY_STORE,
          Fault.Kind.CUT_CONTROLLER_STORE,
          Fault.Kind.CUT_GATEWAY_HOME,
          Fault.Kind.CUT_CONTROLLER_HOME,
          Fault.Kind.SLOW_GATEWAY_STORE,
          Fault.Kind.SLOW_GATEWAY_HOME,
          Fault.Kind.SLOW_CONTROLLER_HOME,
          Fault.Kind.ERRATIC_GATEWAY_STORE,
          Fault.Kind.ERRATIC_GATEWAY_HOME,
          Fault.Kind.STALL_GATEWAY_STORE)),
  /// The store is away, full, unsure, or forgets watches; records are damaged.
  STORE(
      List.of(
          Fault.Kind.KILL_STORE,
          Fault.Kind.STOP_STORE,
          Fault.Kind.STORE_FULL,
          Fault.Kind.STORE_UNSURE,
          Fault.Kind.LOSE_WATCHES,
          Fault.Kind.CORRUPT_RECORD)),
  /// Leases end early and late, clocks drift and jump.
  CLOCKS(
      List.of(
          Fault.Kind.CLOCK_JUMP,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.SLOW_GATEWAY_STORE,
          Fault.Kind.ERRATIC_GATEWAY_STORE,
          Fault.Kind.STALL_GATEWAY_STORE,
          Fault.Kind.CUT_GATEWAY_STORE)),
  /// Gateways start anew with a configuration that misses a home, and get it back.
  CONFIGURATION(
      List.of(
          Fault.Kind.FORGET_HOME,
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.SLOW_GATEWAY_STORE)),
  /// Writers go around the gateways, to a home that owns a partition or has owned it.
  STRAYS(
      List.of(
          Fault.Kind.WRITE_AROUND,
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.KILL_HOME,
          Fault.Kind.BREAK_CAPTURES,
          Fault.Kind.CUT_CONTROLLER_HOME)),
  /// A move's source is killed and comes back with less than it had.
  LOSSES(
      List.of(
          Fault.Kind.SOURCE_LOST,
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.KILL_HOME,
          Fault.Kind.BREAK_CAPTURES,
          Fault.Kind.CUT_CONTROLLER_HOME)),
  /// Homes whose fence refuses everybody, gateways as well: drivers and gateways are killed and
  /// stopped in holds.
  BLOCKS(
      List.of(
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.KILL_HOME,
          Fault.Kind.HOME_TOO_SLOW,
          Fault.Kind.CUT_CONTROLLER_HOME,
          Fault.Kind.CUT_CONTROLLER_STORE,
          Fault.Kind.SLOW_CONTROLLER_HOME)),
  /// Homes that know no terms, and are fenced by names: drivers are overtaken while they copy.
  NAMES(
      List.of(
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.CUT_CONTROLLER_STORE,
          Fault.Kind.CUT_CONTROLLER_HOME,
          Fault.Kind.SLOW_CONTROLLER_HOME,
          Fault.Kind.KILL_HOME)),
  /// An engine with durable steps of its own: drivers die between them, and moves are aborted.
  STEPS(
      List.of(
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.KILL_STORE,
          Fault.Kind.STORE_UNSURE,
          Fault.Kind.HOME_TOO_SLOW,
          Fault.Kind.CUT_CONTROLLER_STORE,
          Fault.Kind.CUT_CONTROLLER_HOME,
          Fault.Kind.KILL_HOME)),
  /// Homes whose capture does not show some writes, which gateways note there: gateways, their
  /// homes and drivers are slow and die while moves begin and are aborted.
  NOTES(
      List.of(
          Fault.Kind.KILL_GATEWAY,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.SLOW_GATEWAY_STORE,
          Fault.Kind.ERRATIC_GATEWAY_STORE,
          Fault.Kind.STALL_GATEWAY_STORE,
          Fault.Kind.CUT_GATEWAY_STORE,
          Fault.Kind.SLOW_GATEWAY_HOME,
          Fault.Kind.ERRATIC_GATEWAY_HOME,
          Fault.Kind.CUT_GATEWAY_HOME,
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.SLOW_CONTROLLER_HOME,
          Fault.Kind.CUT_CONTROLLER_HOME,
          Fault.Kind.HOME_TOO_SLOW,
          Fault.Kind.KILL_STORE,
          Fault.Kind.KILL_HOME)),
  /// Homes lose captures, fill up, are too slow for the budget.
  HOMES(
      List.of(
          Fault.Kind.BREAK_CAPTURES,
          Fault.Kind.HOME_FULL,
          Fault.Kind.HOME_TOO_SLOW,
          Fault.Kind.KILL_HOME,
          Fault.Kind.STOP_HOME,
          Fault.Kind.CUT_CONTROLLER_HOME)),
  /// A partition inside another one is made known and dropped while clients write what is in it:
  /// who does that is killed and stopped, and does not reach the store.
  NESTING(
      List.of(
          Fault.Kind.KILL_CONTROLLER,
          Fault.Kind.STOP_CONTROLLER,
          Fault.Kind.CUT_CONTROLLER_STORE,
          Fault.Kind.SLOW_CONTROLLER_STORE,
          Fault.Kind.ERRATIC_CONTROLLER_STORE,
          Fault.Kind.KILL_GATEWAY,
          Fault.Kind.STOP_GATEWAY,
          Fault.Kind.CUT_GATEWAY_STORE,
          Fault.Kind.SLOW_GATEWAY_STORE,
          Fault.Kind.SLOW_GATEWAY_HOME,
          Fault.Kind.ERRATIC_GATEWAY_HOME,
          Fault.Kind.LOSE_WATCHES,
          Fault.Kind.KILL_HOME));

  @SuppressWarnings("ImmutableEnumChecker") // List.copyOf
  private final List<Fault.Kind> kinds;

  Profile(List<Fault.Kind> kinds) {
    this.kinds = List.copyOf(kinds);
  }

  List<Fault.Kind> kinds() {
    return kinds;
  }
}
