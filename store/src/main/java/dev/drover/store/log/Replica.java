package dev.drover.store.log;

import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.map.Mutation;
import dev.drover.store.map.StoreMap;
import dev.drover.store.map.WatchPump;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// What the log comes to so far, in this process, and who watches it.
final class Replica {
  private final LogOptions options;
  private final ReentrantLock lock = new ReentrantLock();
  private final Silence silence = new Silence();
  private final Set<WatchPump> watches = new LinkedHashSet<>();
  private StoreMap map;
  private boolean closed;

  Replica(LogOptions options) {
    this.options = options;
    this.map = emptyMap();
  }

  private StoreMap emptyMap() {
    return new StoreMap(options.historyEventsMax(), options.historyBytesMax());
  }

  private <R> R locked(Function<StoreMap, R> use) {
    lock.lock();
    try {
      return use.apply(map);
    } finally {
      lock.unlock();
    }
  }

  Optional<Entry> get(String key) {
    return locked(each -> each.get(key));
  }

  Listing list(String prefix) {
    return locked(each -> each.list(prefix));
  }

  List<Mutation> snapshot() {
    return locked(StoreMap::snapshot);
  }

  /// A question about the map that may be refused.
  interface Asking<R> {
    R ask(StoreMap map, Silence silence) throws StoreException;
  }

  <R> R ask(Asking<R> asking) throws StoreException {
    lock.lock();
    try {
      return asking.ask(map, silence);
    } finally {
      lock.unlock();
    }
  }

  /// Carries changes out, and tells those who watch.
  void apply(List<Change> changes) {
    List<WatchPump> told;
    lock.lock();
    try {
      for (Change each : changes) {
        List<Event> events = applied(each, options.nanoClock().getAsLong());
        if (!events.isEmpty()) {
          watches.forEach(watch -> watch.offer(events));
        }
      }
      told = List.copyOf(watches);
    } finally {
      lock.unlock();
    }
    told.forEach(WatchPump::report);
  }

  private List<Event> applied(Change change, long nowNanos) {
    switch (change) {
      case Change.Extended extended -> {
        silence.extended(extended.lease(), nowNanos);
        return List.of();
      }
      case Change.Mutated mutated -> {
        if (mutated.mutation() instanceof Mutation.Grant grant) {
          silence.granted(grant.lease(), grant.ttlNanos(), nowNanos);
        } else if (mutated.mutation() instanceof Mutation.End end) {
          silence.ended(end.lease());
        }
        return map.apply(mutated.mutation(), nowNanos);
      }
    }
  }

  /// Begins anew: what was between is not known, so every watch is lost.
  void restore(List<Change> changes) {
    lock.lock();
    try {
      map = emptyMap();
      silence.clear();
      for (Change each : changes) {
        applied(each, options.nanoClock().getAsLong());
      }
    } finally {
      lock.unlock();
    }
    loseAll(
        new StoreException.HistoryGone("this process was away for longer than the log is kept"));
  }

  /// Leases get their full time from now on.
  void watchingBegins() {
    lock.lock();
    try {
      silence.broken(options.nanoClock().getAsLong());
    } finally {
      lock.unlock();
    }
  }

  Watch watch(String prefix, long afterRevision, WatchListener listener) throws StoreException {
    WatchPump pump = new WatchPump(prefix, listener, this::forget);
    lock.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("this store is closed", null);
      }
      Optional<List<Event>> missed = map.eventsAfter(afterRevision);
      if (afterRevision > map.revision()) {
        pump.lose(
            new StoreException.HistoryGone(
                "revision %d was never given: the newest is %d"
                    .formatted(afterRevision, map.revision())));
      } else if (missed.isEmpty()) {
        pump.lose(
            new StoreException.HistoryGone(
                "changes are kept from revision %d on, but those after %d were asked for"
                    .formatted(map.historyFloor() + 1, afterRevision)));
      } else {
        watches.add(pump);
        pump.offer(missed.get());
      }
    } finally {
      lock.unlock();
    }
    return pump.start();
  }

  private void forget(WatchPump pump) {
    lock.lock();
    try {
      watches.remove(pump);
    } finally {
      lock.unlock();
    }
  }

  void loseAll(StoreException why) {
    List<WatchPump> all = locked(_ -> List.copyOf(watches));
    for (WatchPump each : all) {
      each.lose(why);
      each.report();
    }
  }

  void close(StoreException why) {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    loseAll(why);
  }
}
