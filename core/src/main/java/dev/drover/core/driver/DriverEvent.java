package dev.drover.core.driver;

import dev.drover.core.EngineState;
import dev.drover.core.Partition;
import dev.drover.core.Undo;
import dev.drover.core.fleet.FleetView;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Tail;
import dev.drover.core.mover.Verification;
import java.util.List;

/// What happens to a driver.
public sealed interface DriverEvent {
  /// It begins, with the record as it was read or just written.
  record Woken() implements DriverEvent {}

  /// The pending compare-and-set was done.
  record Written(long version) implements DriverEvent {}

  /// The pending compare-and-set was not done: the record is at another version.
  record Conflicted() implements DriverEvent {}

  /// It is not known whether the pending compare-and-set was done.
  record OutcomeUnknown() implements DriverEvent {}

  /// The store could not be reached, and nothing was done.
  record StoreAway(String reason) implements DriverEvent {}

  /// The record was read.
  record Read(Partition partition, long version) implements DriverEvent {}

  /// The watch has told of the record. While the driver waits for something, this is how it learns
  /// that another party has changed it.
  record RecordSeen(Partition partition, long version) implements DriverEvent {}

  /// The record was read, and it is absent or does not check.
  record Unreadable(String reason) implements DriverEvent {}

  /// All gateways and receipts were listed, after the last epoch was made.
  ///
  /// @param epoch the one for which the list was asked
  record FleetListed(long epoch, FleetView view) implements DriverEvent {}

  /// Something about the gateways or receipts has changed.
  record FleetSeen(FleetView view) implements DriverEvent {}

  /// The certificate is in the store.
  record Certified() implements DriverEvent {}

  /// An abort is asked for.
  record AbortAsked(String reason) implements DriverEvent {}

  /// Time has passed.
  record TimeCame() implements DriverEvent {}

  /// The mover has done something that has no result.
  record Done(Work work) implements DriverEvent {}

  /// The mover has worked a debt off.
  ///
  /// @param strays by name, what was found at the old home by then and is kept there
  record Undone(List<String> strays) implements DriverEvent {
    public Undone {
      strays = List.copyOf(strays);
    }
  }

  record Verified(Verification verification) implements DriverEvent {}

  record Followed(Tail tail) implements DriverEvent {}

  record SourceFenced(boolean fenced) implements DriverEvent {}

  record SettleEnded(Settlement settlement) implements DriverEvent {}

  record StraysSeen(List<String> names) implements DriverEvent {}

  /// The mover has come to something that it wants to have written down before it goes on. It waits
  /// for [DriverEffect.StateWritten], or is cancelled.
  ///
  /// @param owedOnAbort what an abort owes from then on
  record StateReached(EngineState state, List<Undo> owedOnAbort) implements DriverEvent {
    public StateReached {
      owedOnAbort = List.copyOf(owedOnAbort);
    }
  }

  /// The mover could not do it.
  record Failed(Work work, Cause cause, String reason) implements DriverEvent {}

  /// Why a mover could not do something.
  enum Cause {
    /// A home is away; the mover has already tried for a while.
    UNREACHABLE,
    /// The target has seen a higher term.
    FENCED,
    /// A home will not do it.
    REFUSED,
    /// It was cancelled.
    CANCELLED
  }
}
