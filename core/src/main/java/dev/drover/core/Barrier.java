package dev.drover.core;

import java.time.Duration;

/// What ends the wait between Cutover and Opening.
public sealed interface Barrier {
  /// Every gateway's receipt: milliseconds.
  record Receipts() implements Barrier {}

  /// A fixed time, for those who embed the library without receipts. At or above the upstream's
  /// write timeout.
  record Timed(Duration hold) implements Barrier {
    public static final Duration DEFAULT = Duration.ofSeconds(30);

    public Timed {
      if (hold.isNegative() || hold.isZero()) {
        throw new IllegalArgumentException(
            "a timed barrier holds for more than no time, but was " + hold);
      }
    }
  }

  Barrier RECEIPTS = new Receipts();
}
