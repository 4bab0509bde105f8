package dev.drover.core.driver;

import dev.drover.core.ControllerId;
import dev.drover.core.Hlc;
import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.Verification;
import java.util.List;
import java.util.Optional;

/// The driver of one partition's move, or of what a partition owes: a pure machine.
///
/// @param self the controller that it belongs to
/// @param known the record as last known
/// @param fleet the wait for the gateways' receipts for the current epoch
/// @param verification the comparison before the hold, once it was made
/// @param pending a compare-and-set without its answer
/// @param abort why an abort was asked for, if one was
/// @param storeWriteNanos how long compare-and-sets took lately
/// @param stage what it is at
public record Driver(
    ControllerId self,
    Known known,
    FleetWait fleet,
    Optional<Verification> verification,
    Optional<Pending> pending,
    Optional<String> abort,
    long storeWriteNanos,
    Stage stage) {
  /// The record as last known, and its engine.
  ///
  /// @param version of that record in the store
  /// @param clock the last stamp given
  /// @param gatewaysNote whether gateways note what the engine's capture does not show
  ///   (docs/design.md, M11)
  public record Known(Partition partition, long version, Hlc clock, boolean gatewaysNote) {}

  public Partition partition() {
    return known.partition();
  }

  public long version() {
    return known.version();
  }

  public Hlc clock() {
    return known.clock();
  }

  /// A compare-and-set without its answer.
  ///
  /// @param state whether it is on its way, is to be sent again, or its outcome is being found out
  public record Pending(Partition next, PendingState state, long sentAtNanos) {}

  /// The states of a [Pending].
  public enum PendingState {
    SENT,
    WAITING_TO_SEND,
    READING,
    WAITING_TO_READ
  }

  /// The next state, and what to do.
  public record Decision(Driver next, List<DriverEffect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /// A driver that has done nothing yet; give it [DriverEvent.Woken] first.
  ///
  /// @param partition a record that moves, begun by `self` or by another, or that owes
  public static Driver of(ControllerId self, Partition partition, long version, Moment now) {
    return of(self, partition, version, false, now);
  }

  /// As the other one.
  ///
  /// @param gatewaysNote as in [Known]
  public static Driver of(
      ControllerId self, Partition partition, long version, boolean gatewaysNote, Moment now) {
    return new Driver(
        self,
        new Known(partition, version, partition.changedAt(), gatewaysNote),
        FleetWait.asked(partition.epoch(), LeaseKind.LONG, Optional.empty(), now.nanos()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        new Stage.Claiming());
  }

  /// The next state and what to do about `event`. An event that does not fit the stage, such as an
  /// answer to work that was cancelled, changes nothing.
  public Decision decide(DriverEvent event, Moment now) {
    return new DriverTurn(this, now).take(event);
  }

  /// Whether it still has something to do.
  public boolean ended() {
    return stage instanceof Stage.Ended;
  }
}
