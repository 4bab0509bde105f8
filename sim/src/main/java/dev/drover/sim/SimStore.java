package dev.drover.sim;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.map.Decision;
import dev.drover.store.map.Mutation;
import dev.drover.store.map.StoreMap;
import dev.drover.store.records.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The store's process: the real [StoreMap], behind a network. What was only ordered and not synced
/// may be forgotten in a crash; all leases have their full time again after one.
final class SimStore extends Proc {
  private static final long EXPIRY_RETRY_NANOS = 200_000_000;

  private final Chance chance;
  private final boolean ordersRequests;
  private final long giveUpNanos;
  private final List<Mutation> log = new ArrayList<>();
  private final Set<Follower> followers = new LinkedHashSet<>();
  private final Map<PartitionId, Entry> damaged = new TreeMap<>(World.BY_NAME);
  private StoreMap map = new StoreMap();
  private int synced;
  private boolean expiryPlanned;
  private boolean full;
  private double unsure;

  /// @param ordersRequests whether the requests of one process arrive in their order
  SimStore(World world, Chance chance, boolean ordersRequests, long giveUpNanos) {
    super(world, "store");
    this.chance = chance;
    this.ordersRequests = ordersRequests;
    this.giveUpNanos = giveUpNanos;
  }

  /// What a store's client gets.
  sealed interface Answer<R> {
    record Ok<R>(R value) implements Answer<R> {}

    /// Nothing was done, and trying again may help.
    record Away<R>() implements Answer<R> {}

    record Unknown<R>() implements Answer<R> {}

    /// Nothing was done, and trying the same again does not help.
    record Refused<R>() implements Answer<R> {}
  }

  private interface Request<R> {
    Decision<R> decide(StoreMap map) throws StoreException;
  }

  // --- the seam

  void get(Proc from, String key, Consumer<Answer<Optional<Entry>>> then) {
    read(from, () -> map.get(key), then);
  }

  void list(Proc from, String prefix, Consumer<Answer<Listing>> then) {
    read(from, () -> map.list(prefix), then);
  }

  void put(
      Proc from,
      String key,
      Object record,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability,
      Consumer<Answer<PutResult>> then) {
    byte[] bytes = Codec.encode(record);
    write(from, m -> m.decidePut(key, bytes, expectedVersion, lease), durability, then);
  }

  void delete(Proc from, String key, long expectedVersion, Consumer<Answer<PutResult>> then) {
    write(from, m -> m.decideDelete(key, expectedVersion), Durability.SYNCED, then);
  }

  void lease(Proc from, Duration ttl, Consumer<Answer<LeaseId>> then) {
    write(from, m -> m.decideGrant(ttl.toNanos()), Durability.SYNCED, then);
  }

  /// Answers whether the lease lives on; if not, it has ended for good.
  void keepAlive(Proc from, LeaseId lease, Consumer<Answer<Boolean>> then) {
    read(
        from,
        () -> {
          boolean extended = map.extend(lease, nanos());
          if (!extended) {
            commit(m -> m.decideEnd(lease), Durability.SYNCED);
          }
          return extended;
        },
        then);
  }

  /// Ends a lease, with what stands under it.
  ///
  /// @param then told whether it still stood
  void revoke(Proc from, LeaseId lease, Consumer<Answer<Boolean>> then) {
    write(from, m -> m.decideEnd(lease), Durability.SYNCED, then);
  }

  /// Follows all keys with this prefix; `lost` is told once, when the watch has ended.
  Follower follow(
      Proc from, String prefix, long afterRevision, Consumer<List<Event>> changed, Runnable lost) {
    Follower follower = new Follower(from, prefix, changed, lost);
    world
        .net()
        .<Boolean>call(
            from,
            this,
            lane(),
            giveUpNanos,
            () -> begin(follower, afterRevision),
            reply -> {
              if (!(reply instanceof Net.Reply.Answer<Boolean>(Boolean begun) && begun)) {
                follower.end();
              }
            });
    return follower;
  }

  private boolean begin(Follower follower, long afterRevision) {
    Optional<List<Event>> missed =
        afterRevision > map.revision() ? Optional.empty() : map.eventsAfter(afterRevision);
    if (missed.isEmpty()) {
      return false;
    }
    followers.add(follower);
    follower.offer(missed.get());
    return true;
  }

  /// One process' watch.
  final class Follower {
    private final Proc from;
    private final String prefix;
    private final Consumer<List<Event>> changed;
    private final Runnable lost;
    private final String lane;
    private boolean ended;

    Follower(Proc from, String prefix, Consumer<List<Event>> changed, Runnable lost) {
      this.from = from;
      this.prefix = prefix;
      this.changed = changed;
      this.lost = lost;
      this.lane = "watch " + world.number();
    }

    void close() {
      ended = true;
      followers.remove(this);
    }

    private void offer(List<Event> events) {
      List<Event> mine = events.stream().filter(e -> e.key().startsWith(prefix)).toList();
      if (!mine.isEmpty()) {
        world.net().tell(SimStore.this, from, lane, () -> deliver(mine), this::end);
      }
    }

    private void deliver(List<Event> events) {
      if (!ended) {
        changed.accept(events);
      }
    }

    /// The connection has broken; the other end hears of it after a while.
    private void end() {
      followers.remove(this);
      from.later(
          chance.between(1_000_000, 200_000_000),
          () -> {
            if (!ended) {
              ended = true;
              lost.run();
            }
          });
    }
  }

  // --- inside

  private String lane() {
    return ordersRequests ? "store" : "";
  }

  private interface Work<R> {
    R perform() throws StoreException;
  }

  private <R> void read(Proc from, Work<R> what, Consumer<Answer<R>> then) {
    exchange(from, what, new Answer.Away<>(), then);
  }

  private <R> void write(
      Proc from, Request<R> request, Durability durability, Consumer<Answer<R>> then) {
    exchange(from, () -> commit(request, durability), new Answer.Unknown<>(), then);
  }

  private static <R> Answer<R> answer(Work<R> what) {
    try {
      return new Answer.Ok<>(what.perform());
    } catch (StoreException.Refused e) {
      return new Answer.Refused<>();
    } catch (StoreException e) {
      return new Answer.Away<>();
    }
  }

  private <R> void exchange(
      Proc from, Work<R> what, Answer<R> ifUnknown, Consumer<Answer<R>> then) {
    world
        .net()
        .call(
            from,
            this,
            lane(),
            giveUpNanos,
            () -> {
              Answer<R> answer = answer(what);
              return chance.happens(unsure) ? ifUnknown : answer;
            },
            reply ->
                then.accept(
                    switch (reply) {
                      case Net.Reply.Answer<Answer<R>>(Answer<R> answer) -> answer;
                      case Net.Reply.NotSent<Answer<R>> _ -> new Answer.Away<>();
                      case Net.Reply.Unknown<Answer<R>> _ -> ifUnknown;
                    }));
  }

  private <R> R commit(Request<R> request, Durability durability) throws StoreException {
    Decision<R> decision = request.decide(map);
    Mutation mutation = decision.mutation();
    if (mutation != null) {
      if (full) {
        throw new StoreException.Unavailable("the disk is full", null);
      }
      log.add(mutation);
      if (durability == Durability.SYNCED) {
        synced = log.size();
      }
      List<Event> events = map.apply(mutation, nanos());
      planExpiry();
      events.forEach(this::tellWorld);
      for (Follower follower : List.copyOf(followers)) {
        follower.offer(events);
      }
    }
    return decision.answer();
  }

  private void tellWorld(Event event) {
    if (event instanceof Event.Written w && w.key().startsWith(Keys.PARTITIONS)) {
      world
          .codec()
          .partition(w.entry())
          .ifPresent(record -> world.recordWritten(record, w.revision()));
    }
    if (event instanceof Event.Deleted d && d.key().startsWith(Keys.PARTITIONS)) {
      world.recordGone(Keys.partitionOf(d.key()));
    }
  }

  private void planExpiry() {
    OptionalLong next = map.nanosToNextDeadline(nanos());
    if (next.isPresent() && !expiryPlanned) {
      expiryPlanned = true;
      long late = chance.happens(0.2) ? chance.between(0, 300_000_000) : 0;
      atLocal(
          nanos() + Math.max(0, next.getAsLong()) + late,
          () -> {
            expiryPlanned = false;
            if (expire()) {
              planExpiry();
            } else {
              later(EXPIRY_RETRY_NANOS, this::planExpiry);
            }
          });
    }
  }

  private boolean expire() {
    boolean all = true;
    for (LeaseId lease : map.doomDue(nanos())) {
      try {
        commit(m -> m.decideEnd(lease), Durability.SYNCED);
        world.say(name, () -> "ends lease " + lease);
      } catch (StoreException e) {
        world.say(name, () -> "cannot end lease " + lease);
        all = false;
      }
    }
    return all;
  }

  // --- faults

  @Override
  void killed() {
    expiryPlanned = false;
    for (Follower follower : List.copyOf(followers)) {
      follower.end();
    }
  }

  /// What was synced is there again, with a beginning of the rest.
  @Override
  void started() {
    int kept = (int) chance.between(synced, log.size());
    log.subList(kept, log.size()).clear();
    long seen = map.revision();
    map = new StoreMap();
    for (Mutation mutation : log) {
      map.apply(mutation, nanos());
    }
    Mutation skip = new Mutation.Skip(Math.max(seen, map.revision()) + 100);
    log.add(skip);
    map.apply(skip, nanos());
    synced = log.size();
    planExpiry();
  }

  /// Breaks every watch.
  void loseWatches() {
    for (Follower follower : List.copyOf(followers)) {
      follower.end();
    }
  }

  void full(boolean on) {
    world.say(name, () -> on ? "has a full disk" : "has room again");
    full = on;
  }

  /// The probability that an answer says less than is true.
  void unsure(double probability) {
    world.say(name, () -> "is unsure of " + (int) (probability * 100) + " % of its answers");
    unsure = probability;
  }

  /// Damages a record at rest: what is read from now on does not check.
  void corrupt(PartitionId id) {
    Entry entry = map.get(Keys.partition(id)).orElseThrow();
    byte[] bytes = entry.value().clone();
    bytes[bytes.length / 2] ^= 0x5a;
    if (!damaged.containsKey(id) && overwrite(entry.key(), bytes)) {
      world.say(name, () -> "the record of " + id + " is damaged");
      damaged.put(id, entry);
    }
  }

  /// An operator puts back as it was what is still damaged.
  void repair() {
    damaged.forEach(
        (id, before) -> {
          if (truth(id).isEmpty()) {
            overwrite(before.key(), before.value().clone());
          }
        });
    damaged.clear();
  }

  private boolean overwrite(String key, byte[] bytes) {
    try {
      commit(m -> m.decidePut(key, bytes, StateStore.ANY, null), Durability.SYNCED);
      return true;
    } catch (StoreException e) {
      world.say(name, () -> "does not take " + key);
      return false;
    }
  }

  // --- for the checker, which sees everything

  /// The gateways' registrations as they are.
  List<Entry> registrations() {
    return map.list(Keys.GATEWAYS).entries();
  }

  Optional<Partition> truth(PartitionId id) {
    return map.get(Keys.partition(id)).flatMap(world.codec()::partition);
  }

  /// Puts the first record of a partition there, before the run begins.
  void create(Partition partition) {
    try {
      commit(
          m ->
              m.decidePut(
                  Keys.partition(partition.id()), Codec.encode(partition), StateStore.ABSENT, null),
          Durability.SYNCED);
    } catch (StoreException e) {
      throw new IllegalStateException("an empty store takes a record", e);
    }
  }
}
