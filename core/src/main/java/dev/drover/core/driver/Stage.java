package dev.drover.core.driver;

import dev.drover.core.Certificate;
import dev.drover.core.Undo;
import dev.drover.core.mover.Settlement.Settled;
import dev.drover.core.mover.Tail;
import java.util.Optional;

/// What a driver is at.
///
/// | stage | waits for | then |
/// |---|---|---|
/// | Claiming | the takeover's compare-and-set | Fencing |
/// | Fencing | the target to refuse older terms | Looking after a takeover, else Preparing |
/// | Looking | the record, read after the fence | by what it says |
/// | Unfencing | the source's fence to be lifted | Preparing after a takeover, else Following |
/// | Preparing → Copying → Verifying → Following | the mover; between them a checkpoint (Noting) | Entering |
/// | Copied | every gateway to know of the move; only where gateways note what capture does not show | Verifying |
/// | Entering | the compare-and-set to Cutover | Holding |
/// | Holding | every receipt, the timed barrier if there is one, and the source's fence | Settling |
/// | Settling | the last tail | Committing |
/// | Committing | the compare-and-set to Opening | Opening |
/// | Reopening | the compare-and-set back to Draining | Unfencing; Lifting where the source refuses gateways too |
/// | Lifting → Releasing | the source's fence to be lifted, then the compare-and-set to Draining | Preparing after a takeover, else Following |
/// | Saving | the compare-and-set of the engine's state, while the mover waits | the stage before |
/// | Opening | every receipt, the timed barrier if there is one, and the certificate to be written | Completing |
/// | Completing | the compare-and-set to Active | Inspecting |
/// | Inspecting | the look for writes at the old home | Repaying |
/// | Aborting | the compare-and-set to Active at the old home | Repaying |
/// | Repaying → Striking | one debt to be worked off, and struck off the record | Repaying, or Ended |
public sealed interface Stage {
  record Claiming() implements Stage {}

  record Fencing(boolean takenOver) implements Stage {}

  record Looking() implements Stage {}

  record Unfencing(boolean prepare) implements Stage {}

  record Preparing() implements Stage {}

  record Copying() implements Stage {}

  /// Waits for every gateway's receipt for Draining before the comparison begins.
  record Copied() implements Stage {}

  record Verifying() implements Stage {}

  /// A checkpoint is written before the next step begins.
  record Noting(Stage next) implements Stage {}

  /// @param tail the last round's outcome
  /// @param roundEndedNanos when that was
  /// @param predictedNanos the pause that it predicts
  /// @param rounds how many have ended
  /// @param running whether a round is running
  /// @param sinceNanos when following began, for the budget's patience
  /// @param notBeforeNanos no cutover before this: the backoff after a missed deadline
  record Following(
      Optional<Tail> tail,
      long roundEndedNanos,
      long predictedNanos,
      int rounds,
      boolean running,
      long sinceNanos,
      long notBeforeNanos)
      implements Stage {}

  record Entering(long predictedNanos, long writtenAtNanos) implements Stage {}

  /// @param hold since when, until when
  /// @param fencing whether the source was asked to be fenced
  /// @param fenced whether the source is fenced; empty while that is not known
  record Holding(Hold hold, boolean fencing, Optional<Boolean> fenced) implements Stage {}

  record Settling(Hold hold, boolean fenced) implements Stage {}

  record Committing(Hold hold, boolean fenced, Settled settled) implements Stage {}

  record Reopening(String reason) implements Stage {}

  /// Writes are held at a source that refuses everybody, until it does not.
  ///
  /// @param failure why the last try failed, empty if this is the first
  record Lifting(String reason, Optional<String> failure) implements Stage {}

  record Releasing(String reason) implements Stage {}

  /// @param during what the mover is at
  record Saving(Stage during) implements Stage {}

  /// @param heldSinceNanos when the hold began; after a takeover when this driver took over
  /// @param earliestNanos not before this may writes go on; later than when it began only with a
  ///   timed barrier
  /// @param certified whether the certificate is in the store
  record Opening(long heldSinceNanos, long earliestNanos, boolean certified) implements Stage {}

  record Completing(long heldSinceNanos, Certificate certificate) implements Stage {}

  record Inspecting(Certificate certificate) implements Stage {}

  record Aborting(String reason) implements Stage {}

  /// @param undo what is being worked off
  /// @param failure why the last try failed, empty if this is the first
  record Repaying(Undo undo, Outcome outcome, int tries, Optional<String> failure)
      implements Stage {}

  record Striking(Undo undo, Outcome outcome) implements Stage {}

  record Ended(Outcome outcome) implements Stage {}

  /// A hold of writes.
  ///
  /// @param sinceNanos when the compare-and-set to Cutover was sent
  /// @param deadlineNanos when the budget ends
  /// @param earliestNanos not before this may the last tail be taken; later than `sinceNanos` only
  ///   with a timed barrier
  record Hold(long sinceNanos, long deadlineNanos, long earliestNanos, long predictedNanos) {}
}
