package dev.drover.core;

import java.time.Duration;

/// What ends the wait between Cutover and Opening.
public sealed interface Barrier {
  /// How long writes are held at least before the commit, and again after it; no time if receipts
  /// end the wait.
  Duration hold();

  /// Every gateway's receipt: milliseconds.
  record Receipts() implements Barrier {
    @Override
    public Duration hold() {
      return Duration.ZERO;
    }
  }

  /// A fixed time, for those who embed the library without receipts: at least as long as what they
  /// have read of a record is good for, and an upstream's write timeout. It is held twice, before
  /// the commit and before writes go on at the new home: else one who has not heard of the commit
  /// yet would read at the old home what has been overwritten at the new one.
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
