package dev.drover.gateway.net;

import org.jspecify.annotations.Nullable;

/// Whether it is worth connecting to a home. A connection that failed opens the circuit: what comes
/// then is refused at once, instead of each request trying the network again. After a while, which
/// doubles each time, one connection is tried; the first one that the home answers on closes the
/// circuit. For all event loops of a gateway.
final class Circuit {
  private static final long FIRST_NANOS = 50_000_000L;
  private static final long MOST_NANOS = 1_000_000_000L;

  private @Nullable String why;
  private long waitNanos;
  private long tryAtNanos;

  /// A connection to the home was refused or did not come about.
  synchronized void failed(String reason, long nowNanos) {
    if (why == null || nowNanos - tryAtNanos >= 0) {
      waitNanos = why == null ? FIRST_NANOS : Math.min(MOST_NANOS, waitNanos * 2);
      tryAtNanos = nowNanos + waitNanos;
    }
    why = reason;
  }

  /// The home has answered.
  synchronized void answered() {
    why = null;
  }

  /// Asked before a connection is made. Who is let through while it is open is the one that tries.
  ///
  /// @return why there should be none; null if it should be tried
  synchronized @Nullable String refuses(long nowNanos) {
    if (why == null) {
      return null;
    }
    if (nowNanos - tryAtNanos < 0) {
      return why;
    }
    waitNanos = Math.min(MOST_NANOS, waitNanos * 2);
    tryAtNanos = nowNanos + waitNanos;
    return null;
  }
}
