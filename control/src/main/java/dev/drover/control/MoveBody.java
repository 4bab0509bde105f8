package dev.drover.control;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The body of `POST /v1/moves`; what is absent takes its default.
///
/// @param partition its name, or `ENGINE/NAME`
/// @param to a home, or `HOME/LOCATOR` for a place in it that its engine would not take by itself
/// @param dryRun only look, change nothing
/// @param budgetMillis the longest time that writers may be held
/// @param rates how fast it may go
/// @param takeover the old home is lost: nothing is copied, and what it holds is brought over once
///   it is there again
public record MoveBody(
    @Nullable String partition,
    @Nullable String to,
    @Nullable Boolean dryRun,
    @Nullable Long budgetMillis,
    Rates rates,
    @Nullable Boolean overwrite,
    @Nullable Boolean keepSource,
    @Nullable Boolean takeover) {
  /// How fast a move may go.
  ///
  /// @param itemsPerSecondMax 0 for no limit
  /// @param bytesPerSecondMax 0 for no limit
  public record Rates(@Nullable Long itemsPerSecondMax, @Nullable Long bytesPerSecondMax) {
    static final Rates DEFAULT = new Rates(null, null);
  }

  /// With all defaults.
  public static MoveBody of(String partition, String to) {
    return new MoveBody(partition, to, null, null, Rates.DEFAULT, null, null, null);
  }

  public MoveBody withBudgetMillis(long millis) {
    return new MoveBody(partition, to, dryRun, millis, rates, overwrite, keepSource, takeover);
  }

  /// The same, with these where it says nothing.
  MoveBody or(ControllerOptions.MoveDefaults defaults) {
    return new MoveBody(
        partition,
        to,
        dryRun,
        budgetMillis == null ? (Long) defaults.budget().toMillis() : budgetMillis,
        new Rates(
            rates.itemsPerSecondMax == null
                ? (Long) defaults.itemsPerSecondMax()
                : rates.itemsPerSecondMax,
            rates.bytesPerSecondMax == null
                ? (Long) defaults.bytesPerSecondMax()
                : rates.bytesPerSecondMax),
        overwrite,
        keepSource,
        takeover);
  }

  /// To a fallback, from a home that is lost.
  static MoveBody takeover(PartitionId partition, HomeId fallback) {
    return new MoveBody(
        partition.toString(), fallback.value(), null, null, Rates.DEFAULT, null, null, true);
  }

  /// Finds the partition that a name means.
  interface Named {
    PartitionId named(String text) throws ControlException;
  }

  MoveRequest request(Named partitions, MoveId id, long order) throws ControlException {
    Target target = named("to", to, Target::parse);
    MoverOptions options =
        new MoverOptions(
            rate("itemsPerSecondMax", rates.itemsPerSecondMax()),
            rate("bytesPerSecondMax", rates.bytesPerSecondMax()),
            Boolean.TRUE.equals(overwrite),
            Boolean.TRUE.equals(keepSource),
            Boolean.TRUE.equals(takeover),
            List.of());
    Budget budget = budget();
    // As a name alone, which is no shorter than what may be written.
    String text =
        named("partition", partition, words -> new PartitionId(Engine.FIRST, words)).name();
    return new MoveRequest(
        id,
        order,
        partitions.named(text),
        target.home(),
        target.locator(),
        budget,
        Barrier.RECEIPTS,
        options);
  }

  /// A home, and where in it.
  private record Target(HomeId home, Optional<String> locator) {
    static Target parse(String text) {
      int slash = text.indexOf('/');
      return slash < 0
          ? new Target(new HomeId(text), Optional.empty())
          : new Target(
              new HomeId(text.substring(0, slash)), Optional.of(text.substring(slash + 1)));
    }
  }

  private static <T> T named(String field, @Nullable String text, Function<String, T> reader)
      throws ControlException {
    if (text == null) {
      throw MoveBodies.refused("'" + field + "'", "is missing");
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw MoveBodies.refused("'" + field + "'", "cannot be used: " + e.getMessage());
    }
  }

  private Budget budget() throws ControlException {
    if (budgetMillis == null) {
      return Budget.DEFAULT;
    }
    long most = Budget.PAUSE_MAX.toMillis();
    if (budgetMillis < 1 || budgetMillis > most) {
      throw MoveBodies.refused(
          "'budgetMillis'", "lies between 1 and " + most + ", but is " + budgetMillis);
    }
    return Budget.DEFAULT.withPause(Duration.ofMillis(budgetMillis));
  }

  private static long rate(String field, @Nullable Long perSecond) throws ControlException {
    if (perSecond != null && perSecond < 0) {
      throw MoveBodies.refused("'" + field + "'", "begins at 0 (no limit), but is " + perSecond);
    }
    return perSecond == null ? 0 : perSecond;
  }

  boolean looksOnly() {
    return Boolean.TRUE.equals(dryRun);
  }
}
