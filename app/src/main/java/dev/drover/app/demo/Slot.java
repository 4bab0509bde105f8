package dev.drover.app.demo;

import dev.drover.engine.demo.DemoClient;
import dev.drover.engine.demo.Tally;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// A tally, and what its writer knows of it: whoever reads less than was acknowledged before has
/// found a loss.
final class Slot {
  private final Tally tally;
  private final AtomicLong acknowledged = new AtomicLong();
  private long tried;
  private long unknown;

  Slot(Tally tally) {
    this.tally = tally;
  }

  /// The largest number whose write has been acknowledged.
  long acknowledged() {
    return acknowledged.get();
  }

  /// Writes the next number. For its owner only.
  void write(DemoClient to) throws IOException {
    long next = ++tried;
    unknown++;
    long written = to.write(tally, next);
    unknown--;
    acknowledged.accumulateAndGet(written, Math::max);
  }

  /// The number that is there; 0 if there is none.
  long read(DemoClient from) throws IOException {
    return from.read(tally);
  }

  /// How many acknowledged writes are missing, when all writers have stopped. A write that is there
  /// twice counts as well.
  long lost(DemoClient from) throws IOException {
    long found = read(from);
    long missing = Math.max(0, acknowledged.get() - found);
    return switch (tally.kind()) {
      // Of overwritten numbers only the last one can be missed.
      case LAST -> Math.min(1, missing);
      case COUNT -> found > tried ? found - tried : missing;
      case LOG -> Math.max(0, tried - unknown - from.length(tally));
    };
  }

  @Override
  public String toString() {
    return tally.toString();
  }
}
