package dev.drover.sim.explore;

import dev.drover.core.Partition;
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

  private static boolean first(Op[] ops, int i) {
    return i == 0 || ops[i - 1].phase() != Op.Phase.NEW;
  }

  private boolean answers(GatewayState x, Op op) {
    return x.guards[op.guard()].stands(x) || machines.deviates(Deviation.ANSWER_WITHOUT_THE_GUARD);
  }

  private void write(State s, int g, GatewayState now, int i, Steps out) {
    Op op = now.writes[i];
    int bit = 1 << (g * now.writes.length + i);
    String name = "g" + g + "'s write " + i;
    switch (op.phase()) {
      case NEW -> {
        Partition seen = machines.seen(s, now);
        Optional<Placement> to = seen.writes();
        if (now.serves() && to.isPresent() && first(now.writes, i)) {
          int home = Start.home(to.get());
          State next = s.changing(now);
          next.gateways[g].writes[i] = new Op(Op.Phase.SENT, home, now.current(), 0);
          out.step(name + " is sent to " + Start.NAMES.get(home), false, next);
        }
      }
      case SENT, ORPHANED -> {
        State next = s.changing(now);
        next.content[op.home()] |= bit;
        next.gateways[g].writes[i] = op.phase() == Op.Phase.SENT ? op.applied() : Op.UNKNOWN;
        out.step(name + " is done at " + Start.NAMES.get(op.home()), false, next);
      }
      case APPLIED -> {
        State next = s.changing(now);
        GatewayState x = next.gateways[g];
        boolean acked = answers(x, op);
        x.writes[i] = acked ? Op.ANSWERED : Op.UNKNOWN;
        next.acked |= acked ? bit : 0;
        x.forget();
        out.step(name + (acked ? " is acknowledged" : " is unknown"), false, next);
      }
      case ANSWERED, UNKNOWN -> {}
    }
  }

  private void read(State s, int g, GatewayState now, int i, Steps out) {
    Op op = now.reads[i];
    String name = "g" + g + "'s read " + i;
    switch (op.phase()) {
      case NEW -> {
        if (now.serves() && first(now.reads, i)) {
          int home = Start.home(machines.seen(s, now).ownership().reads());
          State next = s.changing(now);
          next.gateways[g].reads[i] = new Op(Op.Phase.SENT, home, now.current(), s.acked);
          out.step(name + " is sent to " + Start.NAMES.get(home), false, next);
        }
      }
      case SENT -> {
        State next = s.changing(now);
        // Only what is missing matters later.
        int missing = op.known() & ~s.content[op.home()];
        next.gateways[g].reads[i] = new Op(Op.Phase.APPLIED, 0, op.guard(), missing);
        out.step(name + " is done at " + Start.NAMES.get(op.home()), false, next);
      }
      case APPLIED -> {
        State next = s.changing(now);
        GatewayState x = next.gateways[g];
        boolean answered = answers(x, op);
        x.reads[i] = answered ? Op.ANSWERED : Op.UNKNOWN;
        if (answered && op.known() != 0) {
          next.wrong = "I3: a read misses a write that was acknowledged before it began";
        }
        x.forget();
        out.step(name + (answered ? " is answered" : " is unknown"), false, next);
      }
      case ANSWERED, UNKNOWN, ORPHANED -> {}
    }
  }
}
