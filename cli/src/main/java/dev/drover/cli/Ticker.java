package dev.drover.cli;

import dev.drover.app.client.Terminal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleFunction;

/// Tells now and then how far something is: every two seconds over the same line of a terminal,
/// every half a minute elsewhere. Thread-safe.
final class Ticker {
  private static final long ALIVE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LOGGED_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Terminal terminal;
  private final long everyNanos;
  private final long beganNanos = System.nanoTime();
  private final AtomicLong toldNanos = new AtomicLong(beganNanos);

  /// @param silent for those who want the end alone
  Ticker(Terminal terminal, boolean silent) {
    this.terminal = terminal;
    this.everyNanos = silent ? Long.MAX_VALUE : terminal.alive() ? ALIVE_NANOS : LOGGED_NANOS;
  }

  /// @param line given the seconds since the beginning; asked for only if it is time to tell
  void tell(DoubleFunction<String> line) {
    long now = System.nanoTime();
    long last = toldNanos.get();
    if (now - last < everyNanos || !toldNanos.compareAndSet(last, now)) {
      return;
    }
    String words = line.apply((now - beganNanos) / 1e9);
    if (terminal.alive()) {
      terminal.over(words);
    } else {
      terminal.line(words);
    }
  }
}
