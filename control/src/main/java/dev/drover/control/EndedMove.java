package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.time.Instant;
import java.util.Optional;

/// A move that has ended, as the API shows it. History keeps a [MoveSummary].
///
/// @param outcome how it ended
/// @param reason why it was aborted; absent if it was not
public record EndedMove(
    MoveId id,
    PartitionId partition,
    MoveSummary.Result outcome,
    Optional<String> reason,
    Route route,
    Progress progress,
    Hold hold)
    implements MoveView {
  /// When it was, and how much it moved.
  ///
  /// @param itemsCompared at both homes; absent if it was aborted
  public record Progress(Instant startedAt, Instant endedAt, Optional<Long> itemsCompared) {}

  /// @param attempts holds that were begun
  /// @param writesHeldMicros in the one that succeeded; absent if none did
  public record Hold(int attempts, Optional<Long> writesHeldMicros) {}

  static EndedMove of(MoveSummary s) {
    boolean completed = s.outcome() == MoveSummary.Result.COMPLETED;
    return new EndedMove(
        s.id(),
        s.partition(),
        s.outcome(),
        ApiJson.said(s.reason()),
        new Route(s.from(), Optional.of(s.to())),
        new Progress(
            Instant.ofEpochMilli(s.startedMillis()),
            Instant.ofEpochMilli(s.endedMillis()),
            completed ? Optional.of(s.items()) : Optional.empty()),
        new Hold(
            s.attempts(), completed ? Optional.of(s.writesHeldNanos() / 1_000) : Optional.empty()));
  }
}
