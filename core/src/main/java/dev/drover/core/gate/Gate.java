package dev.drover.core.gate;

import dev.drover.core.PartitionId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Admits the writes of one partition and knows when none is in flight.
///
/// ```
/// Route route = gate.enter(stripe);
/// if (route == null) hold the request
/// else try { send to route.writes(), answer if route.guard() stands } finally { gate.leave(stripe); }
/// ```
///
/// A pass is a count on one stripe, taken before the route is looked at; whoever closes the gate
/// replaces the route before it looks at the counts. Both orders are sequentially consistent, so
/// either the closer sees the pass or the entrant sees the closed route: checking the gate and
/// taking the pass are one step. A pass stays on its stripe, so each stripe's zero, seen after
/// closing, is final.
///
/// Threads that use different stripes share no cache line. Nothing is allocated.
public final class Gate {
  private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

  /// 128 bytes apart: adjacent-line prefetch pairs cache lines.
  private static final int SPACING = 16;

  private final PartitionId partition;
  private final long[] counts;
  private final int mask;
  private final LongConsumer quiet;
  private volatile Route route;
  private volatile @Nullable Route reported;

  /// @param stripes rounded up to a power of two; the number of threads that write
  /// @param route the first route
  /// @param quiet called, from any thread and possibly more than once, when the gate is closed and
  ///   the last pass was given back
  public Gate(PartitionId partition, int stripes, Route route, LongConsumer quiet) {
    int size = Integer.highestOneBit(Math.max(1, stripes) * 2 - 1);
    this.partition = partition;
    this.counts = new long[(size + 2) * SPACING];
    this.mask = size - 1;
    this.route = route;
    this.quiet = quiet;
  }

  public PartitionId partition() {
    return partition;
  }

  /// Takes a pass.
  ///
  /// @param stripe any number; one for each thread is best. The same is given to [#leave]
  /// @return where to write, or null if writes are held and no pass was taken
  public @Nullable Route enter(int stripe) {
    COUNT.getAndAdd(counts, slot(stripe), 1L);
    Route now = route;
    if (now.writes() != null) {
      return now;
    }
    leave(stripe);
    return null;
  }

  /// Takes a pass for a write that was let through as one of another partition, or of none, before
  /// this gate's partition was what it is now. To be called before the gate is closed for the first
  /// time since.
  ///
  /// @param stripe the one that is given to [#leave]
  public void adopt(int stripe) {
    COUNT.getAndAdd(counts, slot(stripe), 1L);
  }

  /// Gives a pass back, once its client is answered.
  public void leave(int stripe) {
    long before = (long) COUNT.getAndAdd(counts, slot(stripe), -1L);
    if (before <= 0) {
      throw new IllegalStateException("a pass of '" + partition + "' was given back twice");
    }
    if (before == 1 && route.writes() == null) {
      reportIfQuiet();
    }
  }

  /// Takes a pass if the route's guard stands: what it lets through may be answered if the guard
  /// still stands then.
  ///
  /// @return where to write, or null if writes are held or the gateway lacks the lease that the
  ///   partition needs; then no pass was taken
  public @Nullable Route admit(int stripe, long nowNanos) {
    Route now = enter(stripe);
    if (now != null && !now.guard().stands(nowNanos)) {
      leave(stripe);
      return null;
    }
    return now;
  }

  /// Where a read may go now.
  ///
  /// @return null if the gateway lacks the lease that the partition needs
  public @Nullable Route admitRead(long nowNanos) {
    Route now = route;
    return now.reads() != null && now.guard().stands(nowNanos) ? now : null;
  }

  /// The current route.
  public Route route() {
    return route;
  }

  /// Puts a new route into effect. If it holds writes and none is in flight, tells so at once.
  public void apply(Route next) {
    route = next;
    if (next.writes() == null) {
      reportIfQuiet();
    }
  }

  /// Stripes that are zero after the closed route was seen stay zero while it stands, so the report
  /// is true of that route's epoch; whether the epoch still stands is for whoever hears it to see.
  /// What was reported is noted by route, so that a late reporter of an earlier one takes nothing
  /// away from a later one.
  @SuppressWarnings("ReferenceEquality")
  private void reportIfQuiet() {
    Route closed = route;
    if (closed.writes() == null && closed != reported && quiet()) {
      reported = closed;
      quiet.accept(closed.epoch());
    }
  }

  /// Whether no pass is out. Final only while the gate is closed.
  public boolean quiet() {
    for (int i = 0; i <= mask; i++) {
      if ((long) COUNT.getVolatile(counts, slot(i)) != 0) {
        return false;
      }
    }
    return true;
  }

  /// How many passes are out, about.
  public long passes() {
    long sum = 0;
    for (int i = 0; i <= mask; i++) {
      sum += (long) COUNT.getVolatile(counts, slot(i));
    }
    return sum;
  }

  private int slot(int stripe) {
    return ((stripe & mask) + 1) * SPACING;
  }
}
