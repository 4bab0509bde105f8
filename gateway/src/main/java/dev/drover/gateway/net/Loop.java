package dev.drover.gateway.net;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One event loop: its time, and who has something to flush on it. Nothing here is touched by
/// another thread, except [#execute] and what is final.
public final class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final long TICK_MILLIS = 100;

  /// A tick that comes so late has not been able to come.
  private static final long SLEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EventLoop eventLoop;
  private final int stripe;
  private final LongSupplier nanoClock;
  private final Set<Ticked> ticked = new LinkedHashSet<>();
  private final ArrayList<Flushed> dirty = new ArrayList<>();
  private long tickedNanos;
  private boolean skipped;

  /// Who looks at the time every 100 ms.
  public interface Ticked {
    void tick(long nowNanos);
  }

  /// Who has written something that has not gone yet.
  public interface Flushed {
    void flush();
  }

  /// @param stripe of all gates that this loop's passes are counted on
  public Loop(EventLoop eventLoop, int stripe, LongSupplier nanoClock) {
    this.eventLoop = eventLoop;
    this.stripe = stripe;
    this.nanoClock = nanoClock;
  }

  /// Begins to tick.
  void start() {
    tickedNanos = nanos();
    Future<?> _ =
        eventLoop.scheduleWithFixedDelay(
            this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// A gateway that was stopped reads what has come meanwhile before it looks at any time limit. So
  /// homes and clients are not blamed for the time in which it did not run.
  void tick() {
    long now = nanos();
    long apartNanos = now - tickedNanos;
    tickedNanos = now;
    if (apartNanos > SLEPT_NANOS && !skipped) {
      skipped = true;
      LOG.warn(
          "this gateway did not run for {} s: it was stopped, or the machine is too busy",
          TimeUnit.NANOSECONDS.toSeconds(apartNanos));
    } else {
      skipped = false;
      List.copyOf(ticked).forEach(each -> tick(each, now));
    }
    flush();
  }

  /// A bug of one ends nobody else's time limits.
  private static void tick(Ticked each, long nowNanos) {
    try {
      each.tick(nowNanos);
    } catch (RuntimeException e) {
      LOG.error("a bug: {} could not look at the time", each, e);
    }
  }

  public EventLoop eventLoop() {
    return eventLoop;
  }

  public int stripe() {
    return stripe;
  }

  /// Monotonic.
  public long nanos() {
    return nanoClock.getAsLong();
  }

  public void addTicked(Ticked more) {
    ticked.add(more);
  }

  public void removeTicked(Ticked gone) {
    ticked.remove(gone);
  }

  /// Does something on this loop, from any thread.
  public void execute(Runnable what) {
    eventLoop.execute(what);
  }

  /// Does something on this loop after a while.
  public void later(Runnable what, long millis) {
    Future<?> _ = eventLoop.schedule(what, millis, TimeUnit.MILLISECONDS);
  }

  /// It is flushed when what is at hand is done; once, however often this is called before.
  public void markDirty(Flushed who) {
    dirty.add(who);
  }

  public void flush() {
    for (int i = 0; i < dirty.size(); i++) {
      dirty.get(i).flush();
    }
    dirty.clear();
  }

  /// Lets those go on that have waited, once what is at hand is done.
  public void resumeSoon(Collection<? extends Waiting> waiting) {
    List<Waiting> all = List.copyOf(waiting);
    eventLoop.execute(
        () -> {
          all.forEach(Waiting::resume);
          flush();
        });
  }
}
