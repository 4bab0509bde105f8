package dev.drover.store.map;

import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store whose acknowledged state is one [StoreMap] in this process. How a decision becomes
/// acknowledged is its subclass's part: [#commit].
public abstract class MapStore implements StateStore {
  private static final Logger LOG = LoggerFactory.getLogger(MapStore.class);

  /// How long the expirer sleeps at most: a clock that is not the system's may jump.
  private static final long EXPIRER_SLEEP_NANOS_MAX = 50_000_000;

  private static final long EXPIRER_RETRY_NANOS = 200_000_000;

  private final LongSupplier nanoClock;
  private final ReentrantLock state = new ReentrantLock();
  private final Condition expirerDue = state.newCondition();
  private final StoreMap published;
  private final WatchIndex watches = new WatchIndex();
  private boolean closed;

  /// @param published what is acknowledged so far; from now on only this class touches it
  protected MapStore(StoreMap published, LongSupplier nanoClock) {
    this.published = published;
    this.nanoClock = nanoClock;
  }

  /// A request, to be decided on the newest state.
  @FunctionalInterface
  public interface Request<R> {
    Decision<R> decide(StoreMap map) throws StoreException;
  }

  /// Decides a request on the newest state, makes its mutation durable, publishes it, and gives the
  /// answer, in this order.
  protected abstract <R> R commit(Request<R> request, Durability durability) throws StoreException;

  /// Whether an ordered write that came now would wait for nothing, as far as can be told.
  public boolean ordersAtOnce() {
    return false;
  }

  private <R> R commit(Request<R> request) throws StoreException {
    return commit(request, Durability.SYNCED);
  }

  /// Throws if nothing can be read from this store any more.
  protected void checkReadable() throws StoreException {
    state.lock();
    try {
      checkOpen();
    } finally {
      state.unlock();
    }
  }

  /// Makes mutations visible to all, in the order in which they were decided.
  protected final void publish(List<Mutation> mutations) {
    Set<WatchPump> offered = new LinkedHashSet<>();
    state.lock();
    try {
      for (Mutation mutation : mutations) {
        List<Event> events = published.apply(mutation, nanoClock.getAsLong());
        if (!events.isEmpty()) {
          Set<WatchPump> concerned = watches.of(events);
          concerned.forEach(watch -> watch.offer(events));
          offered.addAll(concerned);
        }
        if (mutation instanceof Mutation.Grant) {
          expirerDue.signal();
        }
      }
    } finally {
      state.unlock();
    }
    // Waking a thread takes a CPU from those that are told here and now: it comes last.
    List<WatchPump> later = new ArrayList<>();
    for (WatchPump each : offered) {
      if (each.isPrompt()) {
        each.report();
      } else {
        later.add(each);
      }
    }
    later.forEach(WatchPump::report);
  }

  /// The mutations that build the published map anew.
  protected final List<Mutation> snapshot() {
    state.lock();
    try {
      return published.snapshot();
    } finally {
      state.unlock();
    }
  }

  /// Starts to end leases whose time is over.
  protected final void startExpirer() {
    Thread.ofVirtual().name("lease expirer").start(this::expireUntilClosed);
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    Limits.checkKey(key);
    state.lock();
    try {
      checkReadable();
      return published.get(key);
    } finally {
      state.unlock();
    }
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    Limits.checkPrefix(prefix);
    state.lock();
    try {
      checkReadable();
      return published.list(prefix);
    } finally {
      state.unlock();
    }
  }

  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    Limits.checkPut(key, value, expectedVersion);
    return commit(map -> map.decidePut(key, value, expectedVersion, lease), durability);
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    Limits.checkExpected(expectedVersion);
    Limits.checkKey(key);
    return commit(map -> map.decideDelete(key, expectedVersion));
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    Limits.checkTtl(ttl);
    return commit(map -> map.decideGrant(ttl.toNanos()));
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    state.lock();
    try {
      checkReadable();
      if (published.extend(lease, nanoClock.getAsLong())) {
        return true;
      }
      published.doomDue(nanoClock.getAsLong());
    } finally {
      state.unlock();
    }
    // "It will not come back" is true only once its end is as durable as the lease was.
    var _ = commit(map -> map.decideEnd(lease));
    return false;
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    var _ = commit(map -> map.decideEnd(lease));
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    Limits.checkPrefix(prefix);
    var pump = new WatchPump(prefix, listener, this::forget);
    state.lock();
    try {
      checkReadable();
      Optional<List<Event>> missed = published.eventsAfter(afterRevision);
      if (afterRevision > published.revision()) {
        pump.lose(
            new StoreException.HistoryGone(
                "revision %d was never given: the newest is %d"
                    .formatted(afterRevision, published.revision())));
      } else if (missed.isEmpty()) {
        pump.lose(
            new StoreException.HistoryGone(
                "changes are kept from revision %d on, but those after %d were asked for"
                    .formatted(published.historyFloor() + 1, afterRevision)));
      } else {
        watches.add(pump);
        pump.offer(missed.get());
      }
    } finally {
      state.unlock();
    }
    return pump.start();
  }

  /// Ends the leases whose time is over now. The store does so by itself too.
  public final void endDueLeases() throws StoreException {
    List<LeaseId> due;
    state.lock();
    try {
      due = published.doomDue(nanoClock.getAsLong());
    } finally {
      state.unlock();
    }
    for (LeaseId lease : due) {
      List<String> keys = new ArrayList<>();
      boolean ended =
          commit(
              map -> {
                keys.addAll(map.keysOf(lease));
                return map.decideEnd(lease);
              });
      if (ended) {
        LOG.info(
            "Lease {} was not kept alive in time and has expired. Removed with it: {}",
            lease,
            keys.isEmpty() ? "nothing" : String.join(", ", keys));
      }
    }
  }

  @Override
  public void close() {
    List<WatchPump> open;
    state.lock();
    try {
      closed = true;
      open = watches.all();
      expirerDue.signal();
    } finally {
      state.unlock();
    }
    for (WatchPump pump : open) {
      pump.lose(new StoreException.Unavailable("the store was closed", null));
      pump.report();
    }
  }

  protected final void checkOpen() throws StoreException {
    state.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("this store is closed", null);
      }
    } finally {
      state.unlock();
    }
  }

  private void forget(WatchPump pump) {
    state.lock();
    try {
      watches.remove(pump);
    } finally {
      state.unlock();
    }
  }

  private void expireUntilClosed() {
    long retryNanos = 0;
    while (awaitDeadline(retryNanos)) {
      retryNanos = 0;
      try {
        endDueLeases();
      } catch (StoreException e) {
        LOG.warn("A lease that is over could not be ended yet: {}", e.getMessage());
        retryNanos = EXPIRER_RETRY_NANOS;
      }
    }
  }

  /// @return false once the store is closed
  private boolean awaitDeadline(long atLeastNanos) {
    state.lock();
    try {
      while (!closed) {
        OptionalLong next = published.nanosToNextDeadline(nanoClock.getAsLong());
        long sleepNanos = Math.max(next.orElse(Long.MAX_VALUE), atLeastNanos);
        if (sleepNanos <= 0) {
          return true;
        }
        long _ =
            expirerDue.awaitNanos(
                next.isEmpty()
                    ? TimeUnit.DAYS.toNanos(1)
                    : Math.min(sleepNanos, EXPIRER_SLEEP_NANOS_MAX));
        atLeastNanos = 0;
      }
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError("nobody has this thread to interrupt it", e);
    } finally {
      state.unlock();
    }
  }
}
