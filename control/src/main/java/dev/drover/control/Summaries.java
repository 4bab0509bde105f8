package dev.drover.control;

import dev.drover.core.Certificate;
import dev.drover.core.Move;
import dev.drover.core.Ownership.Moving;
import dev.drover.core.Partition;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.driver.Outcome;
import dev.drover.core.driver.Stage;
import java.util.Optional;

/// What history says of a driver's end.
final class Summaries {
  private Summaries() {}

  /// @param begun the record with which the driver began
  /// @return empty if it was not this driver that ended a move
  static Optional<MoveSummary> of(Partition begun, Outcome outcome, long nowMillis) {
    return switch (outcome) {
      case Outcome.Completed c -> Optional.of(completed(c.certificate(), nowMillis));
      case Outcome.Aborted a when begun.ownership() instanceof Moving m ->
          Optional.of(aborted(m, begun, a.reason(), nowMillis));
      case Outcome.Aborted _, Outcome.DebtsPaid _, Outcome.Overtaken _ -> Optional.empty();
    };
  }

  static String words(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed c ->
          "moved from %s to %s, writes held for %.1f ms"
              .formatted(
                  c.certificate().from().home(),
                  c.certificate().to().home(),
                  c.certificate().writesHeldNanos() / 1e6);
      case Outcome.Aborted a -> "the move was aborted: " + a.reason();
      case Outcome.DebtsPaid _ -> "what was owed is worked off";
      case Outcome.Overtaken o -> "not driven by this server any more: " + o.reason();
    };
  }

  /// What a driver has to tell that is not needed any more, because another one begins while it
  /// works debts off.
  static Outcome soFar(Stage stage) {
    return switch (stage) {
      case Stage.Completing completing -> new Outcome.Completed(completing.certificate());
      case Stage.Inspecting inspecting -> new Outcome.Completed(inspecting.certificate());
      case Stage.Aborting aborting -> new Outcome.Aborted(aborting.reason());
      case Stage.Repaying repaying -> repaying.outcome();
      case Stage.Striking striking -> striking.outcome();
      case Stage.Ended ended -> ended.outcome();
      case Stage.Claiming _,
          Stage.Fencing _,
          Stage.Looking _,
          Stage.Unfencing _,
          Stage.Preparing _,
          Stage.Copying _,
          Stage.Copied _,
          Stage.Verifying _,
          Stage.Noting _,
          Stage.Following _,
          Stage.Entering _,
          Stage.Holding _,
          Stage.Settling _,
          Stage.Committing _,
          Stage.Reopening _,
          Stage.Lifting _,
          Stage.Releasing _,
          Stage.Saving _,
          Stage.Opening _ ->
          new Outcome.Overtaken("another move has begun");
    };
  }

  static MoveSummary completed(Certificate c, long nowMillis) {
    return new MoveSummary(
        c.move(),
        c.partition(),
        c.from(),
        c.to(),
        MoveSummary.Result.COMPLETED,
        "",
        c.startedAt().millis(),
        nowMillis,
        c.attempts(),
        c.writesHeldNanos(),
        compared(c.proof()));
  }

  /// How many were compared: before the hold, or in it if there were more, as when all that a small
  /// partition has kept changing.
  private static long compared(Proof proof) {
    return Math.max(proof.verification().items(), proof.settled().verified());
  }

  private static MoveSummary aborted(Moving m, Partition begun, String reason, long nowMillis) {
    Move move = m.move();
    return new MoveSummary(
        move.id(),
        begun.id(),
        m.from(),
        m.to(),
        MoveSummary.Result.ABORTED,
        reason,
        move.startedAt().millis(),
        nowMillis,
        move.attempt(),
        0,
        0);
  }

  /// Of a move that could not begin.
  static MoveSummary ofNone(
      MoveRequest request, Partition partition, String reason, long wallMillis) {
    return new MoveSummary(
        request.id(),
        request.partition(),
        partition.ownership().reads(),
        new Placement(
            request.to(), request.locator().orElse(partition.ownership().reads().locator())),
        MoveSummary.Result.ABORTED,
        reason,
        wallMillis,
        wallMillis,
        0,
        0,
        0);
  }
}
