package dev.drover.core.fleet;

import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.fleet.View.Effect;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One partition at a gateway: its view, its gate, and the guard that new requests get. Belongs to
/// its [GatewayControl].
final class Served {
  private final Sessions sessions;
  private final Duration grace;
  private final GatewayControl.Shell shell;
  private final Gate gate;
  private volatile View view;
  private Guard guard;
  private long wakeAtNanos = Long.MAX_VALUE;

  /// @param grace what is added to a cutover's budget before anyone may reopen it
  /// @param gate closed; the guard of its route is the first that requests get, for what is under
  ///   way may have adopted it
  Served(
      Partition partition,
      long version,
      Gate gate,
      Sessions sessions,
      Duration grace,
      GatewayControl.Shell shell) {
    this.sessions = sessions;
    this.grace = grace;
    this.shell = shell;
    this.guard = gate.route().guard();
    this.view = new View(partition, version, 0, View.ReceiptState.NONE);
    this.gate = gate;
  }

  Gate gate() {
    return gate;
  }

  View view() {
    return view;
  }

  /// When it wants to be told that time has come; [Long#MAX_VALUE] if never.
  long wakeAtNanos() {
    return wakeAtNanos;
  }

  boolean due(long nowNanos) {
    return wakeAtNanos != Long.MAX_VALUE && nowNanos - wakeAtNanos >= 0;
  }

  /// Takes effect on the first sight.
  void first(Moment now) {
    carryOut(View.first(view.partition(), view.version(), grace, now), now);
  }

  void on(View.Event event, Moment now) {
    if (event instanceof View.Event.TimeCame) {
      wakeAtNanos = Long.MAX_VALUE;
    }
    carryOut(view.decide(event, grace, now), now);
  }

  /// Stops serving: the record cannot be read, or is gone.
  void stop() {
    gate.apply(new Route(view.partition().epoch(), null, null, guard));
  }

  private void carryOut(View.Decision decision, Moment now) {
    view = decision.view();
    for (Effect effect : decision.effects()) {
      switch (effect) {
        case Effect.Shift _ -> guard.shift(sessions.shortSession(), now.nanos());
        case Effect.Retire _ -> guard.retire();
        case Effect.Apply a -> apply(a.epoch(), a.reads(), a.writes().orElse(null), a.guard());
        case Effect.GiveReceipt give ->
            shell.giveReceipt(gate.partition(), give.epoch(), sessions.shortSession().lease());
        case Effect.Reopen r -> shell.reopen(r.next(), r.expectedVersion());
        case Effect.WakeAt wake -> wakeAtNanos = Math.min(wakeAtNanos, wake.nanos());
      }
    }
  }

  private void apply(long epoch, Placement reads, @Nullable Placement writes, LeaseKind kind) {
    Session session = sessions.inEffect(kind);
    if (!guard.servesAs(session)) {
      guard = guard.next(session);
    }
    gate.apply(new Route(epoch, reads, writes, guard, view.partition().moving()));
  }
}
