package dev.drover.store.testing;

import java.util.concurrent.TimeUnit;

/// Waits for what comes by itself, and fails if it never does.
public final class Await {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_MILLIS = 5;

  private Await() {}

  /// Something that is to become true.
  public interface Condition {
    boolean holds() throws Exception;
  }

  public static void until(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + NANOS_MAX;
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("it never came: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }
}
