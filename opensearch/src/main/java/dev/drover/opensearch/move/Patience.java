package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Carries a step out again, from where it has come to, while a home does not answer or refuses for
/// now. No write is held meanwhile, so there is time. Used by the session's thread.
final class Patience {
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long PAUSE_MILLIS_MAX = 2_000;

  private final Duration max;
  private final LongSupplier nanoClock;
  private final Progress progress;

  Patience(Duration max, LongSupplier nanoClock, Progress progress) {
    this.max = max;
    this.nanoClock = nanoClock;
    this.progress = progress;
  }

  /// @param step can be begun again wherever it has ended
  /// @throws MoverException if it fails for good, or for longer than `max` without getting further
  <T> T asked(Failures.Asked<T> step) throws MoverException, InterruptedException {
    long since = 0;
    long counted = -1;
    long pause = FIRST_PAUSE_MILLIS;
    while (true) {
      MoverException.Unreachable failure;
      try {
        return step.ask();
      } catch (HomeFailure e) {
        MoverException meaning = Failures.of(e);
        if (!(meaning instanceof MoverException.Unreachable passing)) {
          throw meaning;
        }
        failure = passing;
      } catch (MoverException.Unreachable e) {
        failure = e;
      }
      long now = nanoClock.getAsLong();
      if (progress.counted() != counted) {
        counted = progress.counted();
        since = now;
        pause = FIRST_PAUSE_MILLIS;
      }
      long left = max.toNanos() - (now - since);
      if (left <= 0) {
        throw new MoverException.Unreachable(
            "%s. It was asked again for %d s".formatted(failure.getMessage(), max.toSeconds()),
            failure);
      }
      progress.waiting(
          "%s; it is asked again for %d s at most"
              .formatted(failure.getMessage(), TimeUnit.NANOSECONDS.toSeconds(left)));
      TimeUnit.MILLISECONDS.sleep(pause);
      pause = Math.min(2 * pause, PAUSE_MILLIS_MAX);
    }
  }
}
