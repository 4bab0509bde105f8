package dev.drover.control;

import dev.drover.core.Budget;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// Who a controller is and how much it does at once.
///
/// @param name of the server, kept over its restarts; what an earlier run of the same name drove is
///   taken over at once
/// @param self `name.` and something that no other run has
/// @param process what tells one run from the next, for people
/// @param moveIds gives a new name with each call
/// @param tuning asked whenever it is needed
/// @param lease how long a dead controller can keep others from taking over
/// @param shared whether other servers may run on the same store: then none replaces another of its
///   own name
public record ControllerOptions(
    String name,
    ControllerId self,
    String process,
    Supplier<MoveId> moveIds,
    Supplier<Tuning> tuning,
    Duration lease,
    boolean shared,
    Clocks clocks) {
  public static final int MOVES_PER_HOME_MAX = 4;
  public static final Duration ABORT_TIMEOUT = Duration.ofHours(1);
  public static final Duration LEASE = Duration.ofSeconds(3);

  /// What may change while the controller runs.
  ///
  /// @param movesPerHomeMax moves under way at one home; the rest queue
  /// @param abortTimeout a move that is older than this when it is taken over is aborted instead of
  ///   resumed
  /// @param fallbacks where a partition goes when its home is lost
  /// @param moves what holds for a move that does not say it
  public record Tuning(
      int movesPerHomeMax,
      Duration abortTimeout,
      Map<PartitionId, HomeId> fallbacks,
      MoveDefaults moves) {
    public static final Tuning DEFAULT =
        new Tuning(MOVES_PER_HOME_MAX, ABORT_TIMEOUT, Map.of(), MoveDefaults.DEFAULT);

    public Tuning {
      fallbacks = Map.copyOf(fallbacks);
    }
  }

  /// What holds for a move that does not say it.
  ///
  /// @param budget the longest time that writers may be held
  /// @param itemsPerSecondMax 0 for no limit
  /// @param bytesPerSecondMax 0 for no limit
  public record MoveDefaults(Duration budget, long itemsPerSecondMax, long bytesPerSecondMax) {
    public static final MoveDefaults DEFAULT = new MoveDefaults(Budget.DEFAULT.pause(), 0, 0);
  }

  MoveDefaults moves() {
    return tuning.get().moves();
  }

  int movesPerHomeMax() {
    return tuning.get().movesPerHomeMax();
  }

  Duration abortTimeout() {
    return tuning.get().abortTimeout();
  }

  Map<PartitionId, HomeId> fallbacks() {
    return tuning.get().fallbacks();
  }

  /// Whether a move that is taken over is aborted instead of resumed.
  boolean tooOld(Move move) {
    return clocks.wallMillis() - move.startedAt().millis() > abortTimeout().toMillis();
  }

  boolean isPredecessor(ControllerId other) {
    return other.value().startsWith(name + ".") && !other.equals(self);
  }
}
