package dev.drover.control;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/moves`; what is absent takes its default.
///
/// @param dryRun only look, change nothing
/// @param budgetMillis the longest time that writers may be held
/// @param itemsPerSecondMax 0 for no limit
/// @param bytesPerSecondMax 0 for no limit
/// @param takeover the old home is lost: nothing is copied, and what it holds is brought over once
///   it is there again
public record MoveBody(
    @Nullable String partition,
    @Nullable String to,
    @Nullable Boolean dryRun,
    @Nullable Long budgetMillis,
    @Nullable Long itemsPerSecondMax,
    @Nullable Long bytesPerSecondMax,
    @Nullable Boolean overwrite,
    @Nullable Boolean keepSource,
    @Nullable Boolean takeover) {
  /// With all defaults.
  public static MoveBody of(String partition, String to) {
    return new MoveBody(partition, to, null, null, null, null, null, null, null);
  }

  public MoveBody withBudgetMillis(long millis) {
    return new MoveBody(
        partition,
        to,
        dryRun,
        millis,
        itemsPerSecondMax,
        bytesPerSecondMax,
        overwrite,
        keepSource,
        takeover);
  }

  /// To a fallback, from a home that is lost.
  static MoveBody takeover(PartitionId partition, HomeId fallback) {
    return new MoveBody(
        partition.value(), fallback.value(), null, null, null, null, null, null, true);
  }

  MoveRequest request(MoveId id, long order) throws ControlException {
    if (partition == null || to == null) {
      throw new ControlException(
          ControlException.Kind.BAD_REQUEST, "a move needs 'partition' and 'to'");
    }
    try {
      Budget budget =
          budgetMillis == null
              ? Budget.DEFAULT
              : Budget.DEFAULT.withPause(Duration.ofMillis(budgetMillis));
      MoverOptions options =
          new MoverOptions(
              itemsPerSecondMax == null ? 0 : itemsPerSecondMax,
              bytesPerSecondMax == null ? 0 : bytesPerSecondMax,
              Boolean.TRUE.equals(overwrite),
              Boolean.TRUE.equals(keepSource),
              Boolean.TRUE.equals(takeover),
              List.of());
      return new MoveRequest(
          id, order, new PartitionId(partition), new HomeId(to), budget, Barrier.RECEIPTS, options);
    } catch (IllegalArgumentException e) {
      throw new ControlException(ControlException.Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  boolean looksOnly() {
    return Boolean.TRUE.equals(dryRun);
  }
}
