package dev.drover.core.driver;

import dev.drover.core.Certificate;
import dev.drover.core.EngineState;
import dev.drover.core.Partition;
import dev.drover.core.Undo;
import java.util.Optional;

/// What a driver's shell has to do, in this order.
public sealed interface DriverEffect {
  /// Compare-and-set the record, and answer Written, Conflicted, OutcomeUnknown or StoreAway.
  record Write(Partition next, long expectedVersion) implements DriverEffect {}

  /// Read the record linearizably, and answer Read, Unreadable or StoreAway.
  record ReadRecord() implements DriverEffect {}

  /// List all gateways and receipts and answer FleetListed; again and again until the store
  /// answers.
  record ListFleet(long epoch) implements DriverEffect {}

  /// Give the mover work, after all that it has been given before.
  ///
  /// @param undo what to undo, for [Work#UNDO]
  record Ask(Work work, Optional<Undo> undo) implements DriverEffect {
    Ask(Work work) {
      this(work, Optional.empty());
    }
  }

  /// The record has the engine's state: the mover may go on.
  record StateWritten(EngineState state) implements DriverEffect {}

  /// Interrupt what the mover is doing; it answers Failed with CANCELLED.
  record CancelWork() implements DriverEffect {}

  /// Write the certificate, over an earlier one of this move, until the store takes it; then answer
  /// Certified.
  record Certify(Certificate certificate) implements DriverEffect {}

  /// Come back with TimeCame no later than this.
  record WakeAt(long nanos) implements DriverEffect {}

  /// The driver's work is over.
  record End(Outcome outcome) implements DriverEffect {}
}
