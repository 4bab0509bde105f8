package dev.drover.sim.explore;

import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import java.util.Optional;

/// What must hold in every state (docs/design.md, "What must always hold"). I3, I4 and that epochs
/// grow by one are looked at in the steps themselves.
final class Invariants {
  private final Machines machines;

  Invariants(Machines machines) {
    this.machines = machines;
  }

  Optional<String> broken(State s) {
    if (s.wrong != null) {
      return Optional.of(s.wrong);
    }
    Partition record = machines.record(s);
    int home = Start.home(record.ownership().reads());
    if ((s.acked & ~s.content[home]) != 0) {
      return Optional.of(
          "I1: an acknowledged write is not at " + Start.NAMES.get(home) + ", where reads go");
    }
    if ((s.failed & s.content[home]) != 0) {
      return Optional.of("I1: a write that was said to have failed is there");
    }
    if (homesThatTakeWrites(s) == 3) {
      return Optional.of("I2: both homes take writes");
    }
    if (s.blocked && (homesThatTakeWrites(s) & 1 << Start.A) != 0) {
      return Optional.of("I11: writes are routed to A, which refuses everybody for a move");
    }
    boolean settled = record.ownership() instanceof Ownership.Active && record.owed().isEmpty();
    if (settled && home == Start.A && s.blocked) {
      return Optional.of("I6: an abort has left A refusing everybody");
    }
    if (settled && home == Start.A && s.content[Start.B] != 0) {
      return Optional.of("I6: an abort has left something at B");
    }
    if (settled && (s.content[1 - home] & s.acked) != 0) {
      return Optional.of("I6: the old home still holds an acknowledged write");
    }
    return Optional.empty();
  }

  private int homesThatTakeWrites(State s) {
    int homes = 0;
    for (GatewayState g : s.gateways) {
      if (g.serves()) {
        homes |= machines.seen(s, g).writes().map(to -> 1 << Start.home(to)).orElse(0);
      }
    }
    return homes;
  }

  /// Whether everything is over: active, nothing owed, no driver at work, and every gateway that
  /// lives serves by the last record and has answered its clients.
  boolean end(State s) {
    Partition record = machines.record(s);
    if (record.moving() || !record.owed().isEmpty()) {
      return false;
    }
    for (ControllerState c : s.controllers) {
      if (c.drives()) {
        return false;
      }
    }
    for (GatewayState g : s.gateways) {
      boolean serves = g.joined() && g.serves() && g.viewEpoch == s.epoch();
      if (g.alive && !(serves && g.allOver())) {
        return false;
      }
    }
    return true;
  }
}
