package dev.drover.sim.scale;

import dev.drover.core.Moment;
import dev.drover.sim.Timeline;

/// Virtual time on a [Timeline], as delays, and what chance draws from one seed.
final class Clockwork {
  private static final long WALL_MILLIS = 1_700_000_000_000L;
  private static final long NANOS_IN_MILLI = 1_000_000;

  private final Timeline timeline = new Timeline();
  private long drawnLast;

  Clockwork(long seed) {
    drawnLast = seed;
  }

  Moment now() {
    return new Moment(nanos(), WALL_MILLIS + nanos() / NANOS_IN_MILLI);
  }

  long nanos() {
    return timeline.nowNanos();
  }

  long drawn(Costs.Spread spread) {
    return spread.drawn(gaussian());
  }

  /// By Box and Muller.
  private double gaussian() {
    return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  /// Above 0, and at most 1: SplitMix64.
  private double uniform() {
    drawnLast += 0x9E3779B97F4A7C15L;
    long mixed = (drawnLast ^ (drawnLast >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return (((mixed ^ (mixed >>> 31)) >>> 11) + 1) * 0x1.0p-53;
  }

  void in(long delayNanos, Runnable what) {
    timeline.at(nanos() + Math.max(0, delayNanos), what);
  }

  /// How much has happened.
  long steps() {
    return timeline.steps();
  }

  /// @return false if there is nothing more to happen
  boolean step() {
    return timeline.step();
  }
}
