package dev.drover.store.map;

import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Keys, versions, leases and recent history: a pure machine, not thread-safe.
///
/// `decide…` says what a request comes to and changes nothing; [#apply] changes the map. Deadlines
/// of leases are not mutations: applying a [Mutation.Grant], also from a log, starts the full time.
///
/// | mutation | revision | keys | leases |
/// |---|---|---|---|
/// | Base | set | | last number set |
/// | Skip | set | | |
/// | Put | + 1 | written | key hangs on its lease, off its former one |
/// | Delete | + 1 | removed | key off its lease |
/// | Grant | | | added, with its full time |
/// | End | + 1 if it had keys | its keys removed | removed |
public final class StoreMap {
  static final int HISTORY_EVENTS_MAX = 65_536;
  static final long HISTORY_BYTES_MAX = 64L << 20;

  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final Map<Long, Lease> leases = new HashMap<>();
  private final History history;
  private long revision;
  private long lastLease;

  public StoreMap() {
    this(HISTORY_EVENTS_MAX, HISTORY_BYTES_MAX);
  }

  public StoreMap(int historyEventsMax, long historyBytesMax) {
    history = new History(historyEventsMax, historyBytesMax);
  }

  private static final class Lease {
    final long ttlNanos;
    final TreeSet<String> keys = new TreeSet<>();
    long deadlineNanos;
    boolean ending;

    Lease(long ttlNanos, long deadlineNanos) {
      this.ttlNanos = ttlNanos;
      this.deadlineNanos = deadlineNanos;
    }
  }

  public Optional<Entry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  public Listing list(String prefix) {
    var found = new ArrayList<Entry>();
    for (Entry entry : entries.tailMap(prefix).values()) {
      if (!entry.key().startsWith(prefix)) {
        break;
      }
      found.add(entry);
    }
    return new Listing(revision, found);
  }

  public long revision() {
    return revision;
  }

  /// Every change after this revision can be had from [#eventsAfter].
  public long historyFloor() {
    return history.floor();
  }

  /// All changes after `revision` in order, empty if some of them are not kept any more.
  public Optional<List<Event>> eventsAfter(long revision) {
    return history.after(revision);
  }

  public Decision<PutResult> decidePut(
      String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException {
    if (lease != null && !leases.containsKey(lease.value())) {
      throw new StoreException.Refused(
          "there is no lease %s for '%s': it has ended, or never was".formatted(lease, key), null);
    }
    Entry current = entries.get(key);
    if (!meets(current, expectedVersion)) {
      return Decision.nothing(new PutResult.Conflict(Optional.ofNullable(current)));
    }
    long next = revision + 1;
    return new Decision<>(
        new Mutation.Put(next, key, value, lease == null ? 0 : lease.value()),
        new PutResult.Applied(next));
  }

  public Decision<PutResult> decideDelete(String key, long expectedVersion) {
    Entry current = entries.get(key);
    if (!meets(current, expectedVersion)) {
      return Decision.nothing(new PutResult.Conflict(Optional.ofNullable(current)));
    }
    if (current == null) {
      return Decision.nothing(new PutResult.Applied(revision));
    }
    long next = revision + 1;
    return new Decision<>(new Mutation.Delete(next, key), new PutResult.Applied(next));
  }

  public Decision<LeaseId> decideGrant(long ttlNanos) {
    long lease = lastLease + 1;
    return new Decision<>(new Mutation.Grant(lease, ttlNanos), new LeaseId(lease));
  }

  /// The keys that hang on a lease, in their order; none if it has ended.
  List<String> keysOf(LeaseId id) {
    Lease lease = leases.get(id.value());
    return lease == null ? List.of() : lease.keys.stream().sorted().toList();
  }

  /// @return whether there was such a lease
  public Decision<Boolean> decideEnd(LeaseId id) {
    Lease lease = leases.get(id.value());
    if (lease == null) {
      return Decision.nothing(false);
    }
    long next = lease.keys.isEmpty() ? revision : revision + 1;
    return new Decision<>(new Mutation.End(next, id.value()), true);
  }

  /// Carries a mutation out.
  ///
  /// @return the events of it, all of one revision, possibly none
  /// @throws IllegalStateException if the mutation was not decided on this state
  public List<Event> apply(Mutation mutation, long nowNanos) {
    List<Event> events =
        switch (mutation) {
          case Mutation.Base base -> applyBase(base);
          case Mutation.Skip skip -> applySkip(skip);
          case Mutation.Put put -> applyPut(put);
          case Mutation.Delete delete -> applyDelete(delete);
          case Mutation.Grant grant -> applyGrant(grant, nowNanos);
          case Mutation.End end -> applyEnd(end);
        };
    if (!events.isEmpty()) {
      history.add(events);
    }
    return events;
  }

  /// The mutations that build this map anew, without its history.
  public List<Mutation> snapshot() {
    var mutations = new ArrayList<Mutation>(1 + leases.size() + entries.size());
    mutations.add(new Mutation.Base(revision, lastLease));
    leases.forEach((id, lease) -> mutations.add(new Mutation.Grant(id, lease.ttlNanos)));
    for (Entry entry : entries.values()) {
      LeaseId lease = entry.lease();
      mutations.add(
          new Mutation.Put(
              entry.version(), entry.key(), entry.value(), lease == null ? 0 : lease.value()));
    }
    return mutations;
  }

  /// Gives a lease its full time again, unless it is over or has been doomed.
  ///
  /// @return false if not: then it must be ended, and never be extended again
  public boolean extend(LeaseId id, long nowNanos) {
    Lease lease = leases.get(id.value());
    if (lease == null || lease.ending || nowNanos - lease.deadlineNanos >= 0) {
      return false;
    }
    lease.deadlineNanos = nowNanos + lease.ttlNanos;
    return true;
  }

  /// Dooms each lease whose time is over, so that it cannot be extended any more.
  ///
  /// @return all doomed leases that have not ended yet
  public List<LeaseId> doomDue(long nowNanos) {
    var doomed = new ArrayList<LeaseId>();
    leases.forEach(
        (id, lease) -> {
          lease.ending |= nowNanos - lease.deadlineNanos >= 0;
          if (lease.ending) {
            doomed.add(new LeaseId(id));
          }
        });
    return doomed;
  }

  /// Nanoseconds until the next lease is over if none is extended, negative if one is overdue.
  public OptionalLong nanosToNextDeadline(long nowNanos) {
    return leases.values().stream().mapToLong(lease -> lease.deadlineNanos - nowNanos).min();
  }

  private static boolean meets(@Nullable Entry current, long expectedVersion) {
    Limits.checkExpected(expectedVersion);
    if (expectedVersion == StateStore.ANY) {
      return true;
    }
    return (current == null ? StateStore.ABSENT : current.version()) == expectedVersion;
  }

  private List<Event> applyBase(Mutation.Base base) {
    check(revision == 0 && lastLease == 0, base);
    revision = base.revision();
    lastLease = base.lastLease();
    history.startAfter(revision);
    return List.of();
  }

  private List<Event> applySkip(Mutation.Skip skip) {
    check(skip.revision() > revision, skip);
    revision = skip.revision();
    history.startAfter(revision);
    return List.of();
  }

  private List<Event> applyPut(Mutation.Put put) {
    boolean restored = put.revision() <= revision;
    check(restored ? !entries.containsKey(put.key()) : put.revision() == revision + 1, put);
    LeaseId id = null;
    Lease lease = null;
    if (put.lease() != 0) {
      id = new LeaseId(put.lease());
      lease = leases.get(put.lease());
      check(lease != null, put);
    }
    var entry = new Entry(put.key(), put.value(), put.revision(), id);
    Entry former = entries.put(put.key(), entry);
    if (former != null) {
      takeOffLease(former);
    }
    if (lease != null) {
      lease.keys.add(put.key());
    }
    if (restored) {
      return List.of();
    }
    revision = put.revision();
    return List.of(new Event.Written(entry));
  }

  private List<Event> applyDelete(Mutation.Delete delete) {
    check(delete.revision() == revision + 1, delete);
    Entry former = entries.remove(delete.key());
    if (former == null) {
      throw new IllegalStateException("not decided on this state: " + delete);
    }
    takeOffLease(former);
    revision = delete.revision();
    return List.of(new Event.Deleted(delete.key(), revision));
  }

  private List<Event> applyGrant(Mutation.Grant grant, long nowNanos) {
    check(!leases.containsKey(grant.lease()), grant);
    leases.put(grant.lease(), new Lease(grant.ttlNanos(), nowNanos + grant.ttlNanos()));
    lastLease = Math.max(lastLease, grant.lease());
    return List.of();
  }

  private List<Event> applyEnd(Mutation.End end) {
    Lease lease = leases.remove(end.lease());
    if (lease == null) {
      throw new IllegalStateException("not decided on this state: " + end);
    }
    check(end.revision() == (lease.keys.isEmpty() ? revision : revision + 1), end);
    revision = end.revision();
    var events = new ArrayList<Event>();
    for (String key : lease.keys) {
      entries.remove(key);
      events.add(new Event.Deleted(key, revision));
    }
    return List.copyOf(events);
  }

  private void takeOffLease(Entry entry) {
    LeaseId id = entry.lease();
    Lease lease = id == null ? null : leases.get(id.value());
    if (lease != null) {
      lease.keys.remove(entry.key());
    }
  }

  private void check(boolean holds, Mutation mutation) {
    if (!holds) {
      throw new IllegalStateException(
          "not decided on this state, which is at revision %d: %s".formatted(revision, mutation));
    }
  }
}
