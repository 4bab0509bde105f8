package dev.drover.sim.explore;

import dev.drover.core.Placement;
import java.util.Optional;

/// How clients' writes and reads go on.
final class OpSteps {
  private final Machines machines;

  OpSteps(Machines machines) {
    this.machines = machines;
  }

  void steps(State s, int g, Steps out) {
    GatewayState now = s.gateways[g];
    for (int i = 0; i < now.writes.length; i++) {
      write(s, g, now, i, out);
    }
    for (int i = 0; i < now.reads.length; i++) {
      read(s, g, now, i, out);
    }
  }

  /// Of writes that are not on their way the first is made first: they are alike.
  private static boolean first(Op[] ops, int i) {
    for (int before = 0; before < i; before++) {
      if (ops[before].phase() == Op.Phase.NEW) {
        return false;
      }
    }
    return true;
  }

  private void write(State s, int g, GatewayState now, int i, Steps out) {
    Op op = now.writes[i];
    switch (op.phase()) {
      case NEW -> {
        if (!now.serves() || !first(now.writes, i)) {
          return;
        }
        Optional<Placement> to = machines.seen(s, now).writes();
        if (to.isPresent()) {
          int home = Start.home(to.get());
          State next = s.changing(now);
          next.gateways[g].writes[i] = new Op(Op.Phase.SENT, home, now.current(), 0);
          out.step(
              () -> "g" + g + "'s write " + i + " is sent to " + Start.NAMES.get(home),
              false,
              next);
        }
      }
      case SENT -> done(s, g, now, i, out);
      case OVER -> {}
    }
  }

  /// Under [Prompt] the guard stands, or the write would not be known any more.
  private void done(State s, int g, GatewayState now, int i, Steps out) {
    Op op = now.writes[i];
    int bit = 1 << (g * now.writes.length + i);
    boolean acked = machines.answers(now, op);
    State next = s.changing(now);
    GatewayState x = next.gateways[g];
    x.writes[i] = acked ? Op.OVER : Op.NEW;
    if (acked) {
      next.content[op.home()] |= bit;
      next.acked |= bit;
    } else if (machines.deviates(Deviation.UNKNOWN_TAKEN_FOR_FAILURE)) {
      next.content[op.home()] |= bit;
      next.failed |= bit;
    }
    x.forget();
    String how = acked ? ", and acknowledged" : ", and its outcome is unknown";
    out.step(
        () -> "g" + g + "'s write " + i + " is done at " + Start.NAMES.get(op.home()) + how,
        false,
        next);
  }

  private void read(State s, int g, GatewayState now, int i, Steps out) {
    Op op = now.reads[i];
    if (op.sent()) {
      State next = s.changing(now);
      GatewayState x = next.gateways[g];
      x.reads[i] = Op.NEW;
      boolean misses = (op.known() & ~s.content[op.home()]) != 0;
      if (misses && machines.answers(now, op)) {
        next.wrong = "I3: a read misses a write that was acknowledged before it began";
      }
      x.forget();
      out.step(
          () ->
              "g"
                  + g
                  + "'s read is answered by "
                  + Start.NAMES.get(op.home())
                  + (misses ? ", where a write is missing" : ""),
          false,
          next);
    } else if (now.serves()) {
      int home = Start.home(machines.seen(s, now).ownership().reads());
      for (int rest = s.acked; rest != 0; rest &= rest - 1) {
        State next = s.changing(now);
        int known = Integer.lowestOneBit(rest);
        next.gateways[g].reads[i] = new Op(Op.Phase.SENT, home, now.current(), known);
        out.step(() -> "g" + g + "'s read is sent to " + Start.NAMES.get(home), false, next);
      }
    }
  }
}
