package dev.drover.core;

import java.time.Duration;

/// What a move may cost, and how long it may try.
///
/// @param pause the longest time that writers may be held in one attempt
/// @param attemptsMax cutovers to try before the move is given up
/// @param backoff wait after the first missed deadline; doubles with each further one, to at most a
///   minute
/// @param patience how long the tail may stay too long for the budget before the move is given up
public record Budget(Duration pause, int attemptsMax, Duration backoff, Duration patience) {
  public static final Duration PAUSE_MAX = Duration.ofMinutes(5);
  public static final Budget DEFAULT =
      new Budget(Duration.ofMillis(500), 10, Duration.ofMillis(200), Duration.ofMinutes(30));
  private static final Duration BACKOFF_MAX = Duration.ofMinutes(1);

  public Budget {
    if (pause.compareTo(Duration.ofMillis(1)) < 0 || pause.compareTo(PAUSE_MAX) > 0) {
      throw new IllegalArgumentException(
          "a budget lies between 1ms and " + PAUSE_MAX + ", but was " + pause);
    }
    if (attemptsMax < 1 || backoff.isNegative() || patience.isNegative()) {
      throw new IllegalArgumentException("attempts start at 1, backoff and patience at 0");
    }
  }

  public Budget withPause(Duration longest) {
    return new Budget(longest, attemptsMax, backoff, patience);
  }

  /// The wait before the next cutover after `attempt` of them failed.
  public Duration backoffAfter(int attempt) {
    Duration wait = backoff.multipliedBy(1L << Math.clamp(attempt - 1L, 0, 20));
    return wait.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : wait;
  }
}
