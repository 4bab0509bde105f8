package dev.drover.sim;

import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Gates;
import dev.drover.core.gate.Route;
import java.util.List;
import java.util.function.Consumer;

/// One write of a gateway's client at all of its homes, with the passes that it holds until its
/// client is answered.
final class Writing extends Exchange {
  private final Op op;
  private final List<Gate> passes;
  private final Consumer<Verdict> answer;
  private int awaited;
  private boolean done;
  private boolean blocked;
  private boolean unknown;

  Writing(
      SimGateway gateway, Op op, List<Gate> passes, List<Route> routes, Consumer<Verdict> answer) {
    super(gateway, routes);
    this.op = op;
    this.passes = passes;
    this.answer = answer;
    this.awaited = passes.size();
  }

  /// One of its homes has answered, or has not.
  ///
  /// @return whether it was the last
  boolean answered(Frontend.Applied applied) {
    done |= applied == Frontend.Applied.YES;
    blocked |= applied == Frontend.Applied.BLOCKED;
    unknown |= applied == Frontend.Applied.UNKNOWN;
    // What one of several homes has refused, another may have done.
    unknown |= applied != Frontend.Applied.YES && passes.size() > 1;
    if (--awaited == 0) {
      Verdict verdict = verdict();
      gateway.world.say(gateway.name, () -> "answers " + op + ": " + verdict);
      answer.accept(verdict);
      Gates.leaveAll(passes, 0);
      over();
    }
    return awaited == 0;
  }

  private Verdict verdict() {
    boolean sure = sure();
    if (blocked && sure) {
      throw new Violation(
          "I11", gateway + " has sent " + op + " to a home that refuses everybody for a move");
    }
    if (unknown || (done && !sure)) {
      return new Verdict.Unsure();
    }
    return done ? new Verdict.Acknowledged() : new Verdict.Refused();
  }
}
