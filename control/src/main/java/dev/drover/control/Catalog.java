package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.EngineTraits;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All partitions' records as last seen, kept up to date by a watch: for listings, and to find what
/// needs a driver. Decisions are never made on it, only on what a compare-and-set confirms.
final class Catalog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  /// In the order of names none comes before it.
  private static final String FIRST_NAME = " ";

  private final StateStore store;
  private final Movers movers;
  private final Map<PartitionId, Known> known = new ConcurrentHashMap<>();

  /// Those of them that move or owe.
  private final Map<PartitionId, Known> unsettled = new ConcurrentSkipListMap<>();

  /// Their locators in order, so that those inside another stand behind it.
  private final NavigableSet<Located> located =
      new ConcurrentSkipListSet<>(
          Comparator.comparing((Located each) -> each.id().engine())
              .thenComparing(Located::locator)
              .thenComparing(Located::id));

  private final Map<Engine, Integer> byEngine = new ConcurrentHashMap<>();
  private final Map<String, String> corrupt = new ConcurrentSkipListMap<>();
  private final Consumer<Known> changed;
  private final LongAdder walks = new LongAdder();
  private Watch watch = () -> {};
  private volatile @Nullable Follower follower;
  private volatile long revision;
  private volatile boolean closed;

  /// Where a partition is within its home.
  private record Located(String locator, PartitionId id) {
    static Located of(Partition partition) {
      return new Located(partition.ownership().reads().locator(), partition.id());
    }
  }

  /// A record and its version.
  record Known(Partition partition, long version) {}

  /// @param changed told of each record that has changed; must neither block nor call the store
  Catalog(StateStore store, Movers movers, Consumer<Known> changed) {
    this.movers = movers;
    this.store = store;
    this.changed = changed;
  }

  /// Reads all records, and follows them. What was known before is known until then, so that
  /// whoever looks meanwhile never finds less than there is.
  synchronized void start() throws StoreException {
    follower = null;
    watch.close();
    Listing listing = store.list(Keys.PARTITIONS);
    Set<String> keys = new HashSet<>();
    Set<PartitionId> ids = new HashSet<>();
    for (Entry entry : listing.entries()) {
      keys.add(entry.key());
      put(entry).ifPresent(ids::add);
    }
    corrupt.keySet().retainAll(keys);
    known.keySet().stream().filter(id -> !ids.contains(id)).forEach(this::remove);
    revision = listing.revision();
    Follower next = new Follower();
    follower = next;
    watch = store.watch(Keys.PARTITIONS, listing.revision(), next);
  }

  /// What has changed in the store up to this revision is known.
  long revision() {
    return revision;
  }

  /// In order of their ids.
  List<Known> all() {
    walks.increment();
    return known.values().stream()
        .sorted(Comparator.comparing(each -> each.partition().id()))
        .toList();
  }

  int size() {
    return known.size();
  }

  /// Those that move or owe, and so need a driver, in order of their ids: few, however many
  /// partitions there are.
  List<Known> unsettled() {
    return List.copyOf(unsettled.values());
  }

  /// The locators of an engine's partitions that lie inside this one.
  List<String> inside(Engine engine, String outer) {
    EngineTraits traits = movers.traits(engine);
    List<String> inside = new ArrayList<>();
    for (Located each : located.tailSet(new Located(outer, new PartitionId(engine, FIRST_NAME)))) {
      if (!each.id().engine().equals(engine) || !each.locator().startsWith(outer)) {
        break;
      }
      if (traits.inside(each.locator(), outer)) {
        inside.add(each.locator());
      }
    }
    return inside;
  }

  /// Another partition whose content could stand at a place, now or when its move has ended.
  Optional<PartitionId> meeting(PartitionId id, Placement at) {
    EngineTraits traits = movers.traits(id.engine());
    return known.values().stream()
        .map(Known::partition)
        .filter(p -> p.id().engine().equals(id.engine()) && !p.id().equals(id))
        .filter(p -> places(p).anyMatch(place -> meet(traits, place, at)))
        .map(Partition::id)
        .findFirst();
  }

  private static boolean meet(EngineTraits traits, Placement one, Placement other) {
    return one.home().equals(other.home()) && traits.meet(one.locator(), other.locator());
  }

  private static Stream<Placement> places(Partition partition) {
    return switch (partition.ownership()) {
      case Ownership.Active active -> Stream.of(active.home());
      case Ownership.Moving moving -> Stream.of(moving.from(), moving.to());
    };
  }

  /// A partition whose record cannot be read and which may lie inside this one.
  Optional<PartitionId> unreadInside(Engine engine, String outer) {
    EngineTraits traits = movers.traits(engine);
    return corrupt.keySet().stream()
        .flatMap(key -> idOf(key).stream())
        .filter(id -> id.engine().equals(engine) && traits.mayLieInside(id, outer))
        .findFirst();
  }

  /// How many partitions read from each home.
  Map<HomeId, Integer> byHome() {
    walks.increment();
    Map<HomeId, Integer> counts = new HashMap<>();
    known
        .values()
        .forEach(k -> counts.merge(k.partition().ownership().reads().home(), 1, Integer::sum));
    return counts;
  }

  /// How many partitions there are of each engine.
  Map<Engine, Integer> byEngine() {
    return Map.copyOf(byEngine);
  }

  /// How often all partitions were gone through.
  long walks() {
    return walks.sum();
  }

  Optional<Known> find(PartitionId id) {
    return Optional.ofNullable(known.get(id));
  }

  /// The first partition whose name begins so, such as one whose last letter was forgotten.
  Optional<PartitionId> startingWith(String name) {
    return known.keySet().stream()
        .filter(id -> id.name().startsWith(name) || id.toString().startsWith(name))
        .sorted()
        .findFirst();
  }

  /// The partitions that a text may mean: its full name, or its name alone.
  List<PartitionId> named(String text) {
    return known.keySet().stream()
        .filter(id -> id.name().equals(text) || id.toString().equals(text))
        .sorted()
        .toList();
  }

  /// Records that do not check, by key, with what is wrong.
  Map<String, String> corrupt() {
    return Map.copyOf(corrupt);
  }

  @Override
  public synchronized void close() {
    closed = true;
    watch.close();
  }

  /// @return the partition; empty if its record does not check
  private Optional<PartitionId> put(Entry entry) {
    try {
      Partition partition = Records.decode(entry.key(), entry.value(), Partition.class);
      Known found = new Known(partition, entry.version());
      Known before = known.put(partition.id(), found);
      if (before == null) {
        byEngine.merge(partition.id().engine(), 1, Integer::sum);
      }
      Located now = Located.of(partition);
      if (before == null || !Located.of(before.partition()).equals(now)) {
        removeLocated(before);
        located.add(now);
      }
      if (partition.moving() || !partition.owed().isEmpty()) {
        unsettled.put(partition.id(), found);
      } else {
        unsettled.remove(partition.id());
      }
      corrupt.remove(entry.key());
      changed.accept(found);
      return Optional.of(partition.id());
    } catch (StoreException.Corrupt e) {
      LOG.error("{}", e.getMessage());
      corrupt.put(entry.key(), String.valueOf(e.getMessage()));
      idOf(entry.key()).ifPresent(this::remove);
      return Optional.empty();
    }
  }

  /// The partition that a key names; empty if it names none, such as after a slip of somebody who
  /// writes into the store by hand.
  static Optional<PartitionId> idOf(String key) {
    try {
      return Optional.of(Keys.partitionOf(key));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void remove(PartitionId id) {
    Known gone = known.remove(id);
    if (gone != null) {
      byEngine.merge(id.engine(), -1, Integer::sum);
    }
    removeLocated(gone);
    unsettled.remove(id);
  }

  private void removeLocated(@Nullable Known gone) {
    if (gone != null) {
      located.remove(Located.of(gone.partition()));
    }
  }

  private final class Follower implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      for (Event event : events) {
        if (follower != this) {
          return;
        }
        switch (event) {
          case Event.Written w -> {
            var _ = put(w.entry());
          }
          case Event.Deleted d -> {
            corrupt.remove(d.key());
            idOf(d.key()).ifPresent(Catalog.this::remove);
          }
        }
        revision = event.revision();
      }
    }

    @Override
    public void lost(StoreException why) {
      LOG.info("the watch of partitions was lost and begins again: {}", why.getMessage());
      Thread.ofVirtual().name("catalog").start(Catalog.this::again);
    }
  }

  private void again() {
    while (!closed) {
      try {
        start();
        return;
      } catch (StoreException e) {
        LOG.debug("cannot follow the partitions yet: {}", e.getMessage());
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
