package dev.drover.core.fleet;

import dev.drover.core.Hlc;
import dev.drover.core.Moment;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one gateway knows of one partition, and what it does about it (docs/design.md, G4, G5,
/// G10).
///
/// | event | effects |
/// |---|---|
/// | a newer epoch, moving | shift what is in flight to the short session, apply the route |
/// | … Opening | before that, break the guards of what is in flight |
/// | … Draining | and give the receipt |
/// | the gate is quiet, in Cutover or Opening | give the receipt |
/// | read again after a lost watch, the receipt given | give it again |
/// | a newer epoch, Active | apply the route |
/// | Cutover seen for longer than its budget and the grace | reopen by compare-and-set |
///
/// @param version of the record in the store
/// @param seenAtNanos when this epoch was first seen, by this gateway's clock
/// @param receipt how far the receipt for this epoch is
public record View(Partition partition, long version, long seenAtNanos, ReceiptState receipt) {
  /// The states of a receipt.
  public enum ReceiptState {
    /// Not due, or not yet.
    NONE,
    /// On its way to the store.
    SENT,
    /// The store has it.
    GIVEN
  }

  /// What happens to a view.
  public sealed interface Event {
    /// The record was read or reported.
    record Seen(Partition partition, long version) implements Event {}

    /// The record was read again because the watch was lost. Perhaps the store has crashed, and has
    /// forgotten the receipt, which it need not have synced.
    record Reread(Partition partition, long version) implements Event {}

    /// The gateway has new lease sessions, registered and read all records anew; receipts under the
    /// old short lease are gone.
    record Rejoined(Partition partition, long version) implements Event {}

    /// No pass is out, and none will be while this epoch lasts.
    record Quiet(long epoch) implements Event {}

    /// The store has the receipt.
    record ReceiptGiven(long epoch) implements Event {}

    /// The store did not take the receipt.
    record ReceiptFailed(long epoch) implements Event {}

    /// Time has passed.
    record TimeCame() implements Event {}
  }

  /// What the shell has to do, in this order.
  public sealed interface Effect {
    /// Put the guards of all that is in flight onto the short session.
    record Shift() implements Effect {}

    /// Break the guards of all that is in flight. It can only be reads, asked at the old home; once
    /// the new one has opened, the old copy is purged, and an answer that comes late may be of what
    /// is left.
    record Retire() implements Effect {}

    /// Route from now on so, guarding with the lease of this kind.
    record Apply(long epoch, Placement reads, Optional<Placement> writes, LeaseKind guard)
        implements Effect {}

    /// Put the receipt for this epoch under the short lease.
    record GiveReceipt(long epoch) implements Effect {}

    /// Compare-and-set the record.
    record Reopen(Partition next, long expectedVersion) implements Effect {}

    /// Come back with TimeCame no later than this.
    record WakeAt(long nanos) implements Effect {}
  }

  /// The next view, and what to do.
  public record Decision(View view, List<Effect> effects) {}

  private static final Duration RECEIPT_RETRY = Duration.ofMillis(100);

  /// The first sight of a partition.
  ///
  /// @param grace what is added to a cutover's budget before anyone may reopen it: one short lease
  public static Decision first(Partition partition, long version, Duration grace, Moment now) {
    return entered(partition, version, grace, now);
  }

  public Decision decide(Event event, Duration grace, Moment now) {
    return switch (event) {
      case Event.Seen seen when seen.version() <= version -> same();
      case Event.Seen seen when seen.partition().epoch() == partition.epoch() ->
          new Decision(new View(seen.partition(), seen.version(), seenAtNanos, receipt), List.of());
      case Event.Seen seen -> entered(seen.partition(), seen.version(), grace, now);
      case Event.Reread read -> reread(read, grace, now);
      case Event.Rejoined again -> rejoined(again, grace, now);
      case Event.Quiet quiet when quiet.epoch() == partition.epoch() -> quiet();
      case Event.Quiet quiet -> same();
      case Event.ReceiptGiven given when given.epoch() == partition.epoch() ->
          new Decision(with(ReceiptState.GIVEN), List.of());
      case Event.ReceiptGiven given -> same();
      case Event.ReceiptFailed failed when failed.epoch() == partition.epoch() ->
          new Decision(this, List.of(new Effect.WakeAt(now.nanos() + RECEIPT_RETRY.toNanos())));
      case Event.ReceiptFailed failed -> same();
      case Event.TimeCame came -> timeCame(grace, now);
    };
  }

  private static Decision entered(Partition partition, long version, Duration grace, Moment now) {
    List<Effect> effects = new ArrayList<>();
    boolean moving = partition.moving();
    if (moving) {
      effects.add(new Effect.Shift());
    }
    if (partition.ownership() instanceof Ownership.Opening) {
      effects.add(new Effect.Retire());
    }
    effects.add(
        new Effect.Apply(
            partition.epoch(),
            partition.ownership().reads(),
            partition.writes(),
            moving ? LeaseKind.SHORT : LeaseKind.LONG));
    ReceiptState receipt = ReceiptState.NONE;
    if (partition.ownership() instanceof Ownership.Draining) {
      effects.add(new Effect.GiveReceipt(partition.epoch()));
      receipt = ReceiptState.SENT;
    }
    if (partition.ownership() instanceof Ownership.Cutover c) {
      effects.add(new Effect.WakeAt(now.nanos() + c.move().holdMax().plus(grace).toNanos()));
    }
    return new Decision(new View(partition, version, now.nanos(), receipt), effects);
  }

  private Decision rejoined(Event.Rejoined again, Duration grace, Moment now) {
    Decision entered = entered(again.partition(), again.version(), grace, now);
    boolean sameEpoch = again.partition().epoch() == partition.epoch();
    View view = entered.view();
    return sameEpoch
        ? new Decision(
            new View(view.partition(), view.version(), seenAtNanos, view.receipt()),
            entered.effects())
        : entered;
  }

  private Decision quiet() {
    boolean due =
        switch (partition.ownership()) {
          case Ownership.Active a -> false;
          case Ownership.Draining d -> false;
          case Ownership.Cutover c -> receipt == ReceiptState.NONE;
          case Ownership.Reopening r -> false;
          case Ownership.Opening o -> receipt == ReceiptState.NONE;
        };
    return due ? give() : same();
  }

  private Decision reread(Event.Reread read, Duration grace, Moment now) {
    Decision seen = decide(new Event.Seen(read.partition(), read.version()), grace, now);
    // Of a newer epoch none was given yet. In the same one the record may be newer all the same:
    // whoever took the move over has written it.
    return seen.view().receipt() == ReceiptState.GIVEN ? seen.view().give() : seen;
  }

  private Decision give() {
    return new Decision(
        with(ReceiptState.SENT), List.of(new Effect.GiveReceipt(partition.epoch())));
  }

  private Decision timeCame(Duration grace, Moment now) {
    List<Effect> effects = new ArrayList<>();
    if (receipt == ReceiptState.SENT) {
      effects.add(new Effect.GiveReceipt(partition.epoch()));
    }
    if (partition.ownership() instanceof Ownership.Cutover c) {
      long dueNanos = seenAtNanos + c.move().holdMax().plus(grace).toNanos();
      if (now.nanos() - dueNanos < 0) {
        effects.add(new Effect.WakeAt(dueNanos));
      } else if (Transition.reopen(partition, stamp(now)) instanceof Transition.Granted granted) {
        effects.add(new Effect.Reopen(granted.next(), version));
        effects.add(new Effect.WakeAt(now.nanos() + RECEIPT_RETRY.toNanos()));
      }
    }
    return new Decision(this, effects);
  }

  private Hlc stamp(Moment now) {
    return partition.changedAt().next(now.wallMillis());
  }

  private View with(ReceiptState next) {
    return new View(partition, version, seenAtNanos, next);
  }

  private Decision same() {
    return new Decision(this, List.of());
  }
}
