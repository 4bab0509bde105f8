package dev.drover.gateway;

import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.View;
import dev.drover.core.fleet.View.Effect;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One partition at this gateway: its view, its gate, and the guard that new requests get. Owned by
/// the agent's thread.
final class ServedPartition {
  private final Leases leases;
  private final Duration grace;
  private final ReceiptWriter receipts;
  private final Gate gate;
  private volatile View view;
  private Guard guard;
  private long wakeAtNanos = Long.MAX_VALUE;

  /// @param quiet called when no pass is out while the gate is closed
  ServedPartition(
      Partition partition,
      long version,
      int stripes,
      Leases leases,
      Duration grace,
      ReceiptWriter receipts,
      LongConsumer quiet) {
    this.leases = leases;
    this.grace = grace;
    this.receipts = receipts;
    this.guard = new Guard(leases.longSession());
    this.view = new View(partition, version, 0, View.ReceiptState.NONE);
    this.gate =
        new Gate(partition.id(), stripes, new Route(partition.epoch(), null, null, guard), quiet);
  }

  Gate gate() {
    return gate;
  }

  View view() {
    return view;
  }

  long wakeAtNanos() {
    return wakeAtNanos;
  }

  /// Takes effect on the first sight.
  @Nullable Reopening first(Moment now) {
    return carryOut(View.first(view.partition(), view.version(), grace, now), now);
  }

  @Nullable Reopening on(View.Event event, Moment now) {
    if (event instanceof View.Event.TimeCame) {
      wakeAtNanos = Long.MAX_VALUE;
    }
    return carryOut(view.decide(event, grace, now), now);
  }

  /// Stops serving: the record cannot be read.
  void stop() {
    gate.apply(new Route(view.partition().epoch(), null, null, guard));
  }

  private @Nullable Reopening carryOut(View.Decision decision, Moment now) {
    view = decision.view();
    Reopening reopening = null;
    for (Effect effect : decision.effects()) {
      switch (effect) {
        case Effect.Shift _ -> guard.shift(leases.shortSession(), now.nanos());
        case Effect.Apply a -> apply(a.epoch(), a.reads(), a.writes().orElse(null), a.guard());
        case Effect.GiveReceipt give -> receipts.give(give.epoch(), leases.shortSession().lease());
        case Effect.Reopen r -> reopening = new Reopening(r.next(), r.expectedVersion());
        case Effect.WakeAt wake -> wakeAtNanos = Math.min(wakeAtNanos, wake.nanos());
      }
    }
    return reopening;
  }

  private void apply(long epoch, Placement reads, @Nullable Placement writes, LeaseKind kind) {
    Session session = kind == LeaseKind.LONG ? leases.longSession() : leases.shortSession();
    if (!guard.servesAs(session)) {
      guard = new Guard(session);
    }
    gate.apply(new Route(epoch, reads, writes, guard));
  }

  /// A cutover that has outlasted its budget is to be ended by this compare-and-set.
  record Reopening(Partition next, long expectedVersion) {}

  static List<ServedPartition> due(Iterable<ServedPartition> all, long nowNanos) {
    java.util.ArrayList<ServedPartition> due = new java.util.ArrayList<>();
    for (ServedPartition each : all) {
      if (each.wakeAtNanos != Long.MAX_VALUE && nowNanos - each.wakeAtNanos >= 0) {
        due.add(each);
      }
    }
    return due;
  }
}
