package dev.drover.sim;

import java.util.PriorityQueue;

/// Virtual time, and what is to happen in it. What falls on the same nanosecond happens in the
/// order in which it was planned.
public final class Timeline {
  private final PriorityQueue<Planned> planned = new PriorityQueue<>(256);
  private long nowNanos;
  private long count;

  private record Planned(long atNanos, long number, Runnable what) implements Comparable<Planned> {
    @Override
    public int compareTo(Planned that) {
      int byTime = Long.compare(atNanos, that.atNanos);
      return byTime != 0 ? byTime : Long.compare(number, that.number);
    }
  }

  /// True time, which no process can see.
  public long nowNanos() {
    return nowNanos;
  }

  /// How many things have happened or are planned.
  long count() {
    return count;
  }

  /// How many things have happened.
  public long steps() {
    return count - planned.size();
  }

  public void at(long atNanos, Runnable what) {
    planned.add(new Planned(Math.max(atNanos, nowNanos), count++, what));
  }

  /// Does the next thing.
  ///
  /// @return false if there is none
  public boolean step() {
    Planned next = planned.poll();
    if (next == null) {
      return false;
    }
    nowNanos = next.atNanos();
    next.what().run();
    return true;
  }
}
