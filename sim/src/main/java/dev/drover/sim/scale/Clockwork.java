package dev.drover.sim.scale;

import dev.drover.core.Moment;
import java.util.PriorityQueue;

/// Virtual time: what is to happen, in the order of when; what is due at once, in the order in
/// which it was said. Draws from one seed.
final class Clockwork {
  private static final long WALL_MILLIS = 1_700_000_000_000L;
  private static final long NANOS_IN_MILLI = 1_000_000;

  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long drawnLast;
  private long nanos;
  private long said;

  private record Due(long nanos, long order, Runnable what) implements Comparable<Due> {
    @Override
    public int compareTo(Due that) {
      int first = Long.compare(nanos, that.nanos);
      return first == 0 ? Long.compare(order, that.order) : first;
    }
  }

  Clockwork(long seed) {
    drawnLast = seed;
  }

  Moment now() {
    return new Moment(nanos, WALL_MILLIS + nanos / NANOS_IN_MILLI);
  }

  long nanos() {
    return nanos;
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
    queue.add(new Due(nanos + Math.max(0, delayNanos), said++, what));
  }

  /// How much has happened.
  long steps() {
    return said - queue.size();
  }

  /// @return false if there is nothing more to happen
  boolean step() {
    Due next = queue.poll();
    if (next == null) {
      return false;
    }
    nanos = next.nanos();
    next.what().run();
    return true;
  }
}
