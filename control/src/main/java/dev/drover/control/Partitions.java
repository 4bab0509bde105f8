package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.EngineTraits;
import dev.drover.store.Entry;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.DroppedRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Makes partitions known, and drops them.
final class Partitions {
  private final StateStore store;
  private final Homes homes;
  private final Catalog catalog;
  private final Movers movers;

  /// What the catalog does not show yet, and whether it is to be there. A move that began by such a
  /// catalog would leave out, or take along, what it must not.
  private final Map<PartitionId, Boolean> unseen = new ConcurrentHashMap<>();

  Partitions(StateStore store, Homes homes, Catalog catalog, Movers movers) {
    this.movers = movers;
    this.store = store;
    this.homes = homes;
    this.catalog = catalog;
  }

  /// Makes a partition known, at rest at `home`. One that was dropped goes on with its epochs and
  /// terms, for homes remember those.
  ///
  /// @return whether it is new
  boolean create(PartitionId id, Placement home, Hlc now) throws StoreException {
    refuseIfMistaken(id);
    Optional<Entry> dropped = store.get(Keys.dropped(id));
    Partition partition = Partition.at(id, home, now);
    if (dropped.isPresent()) {
      DroppedRecord last =
          Records.decode(Keys.dropped(id), dropped.get().value(), DroppedRecord.class);
      partition =
          new Partition(
              id, last.epoch() + 1, last.term() + 1, partition.ownership(), List.of(), now);
    }
    boolean made =
        store.put(Keys.partition(id), Records.encode(partition), StateStore.ABSENT, null)
            instanceof PutResult.Applied;
    if (made && dropped.isPresent()) {
      store.delete(Keys.dropped(id), dropped.get().version());
    }
    return made;
  }

  /// Makes a partition known while gateways serve what it holds as part of the one around it, or of
  /// none.
  ///
  /// @param home where that is
  /// @return whether it is new
  /// @throws ControlException if that has changed, or the one around it moves or owes
  boolean createServed(PartitionId id, Placement home, List<MoveRequest> queued, Hlc now)
      throws ControlException, StoreException {
    Optional<Partition> outer = around(id, home.locator());
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get(), queued);
    }
    Optional<HomeId> looked = looked(id, outer);
    if (looked.isPresent() && !looked.get().equals(home.home())) {
      throw new ControlException(
          Kind.CONFLICT,
          "partition '%s' was to begin at home '%s', and what it holds is looked for at '%s' meanwhile. Nothing was changed; try again"
              .formatted(id, home.home(), looked.get()));
    }
    boolean made = create(id, home, now);
    unseen.put(id, true);
    return made;
  }

  /// Whether the catalog shows all that was made known and dropped here.
  boolean seen() {
    unseen.entrySet().removeIf(each -> catalog.find(each.getKey()).isPresent() == each.getValue());
    return unseen.isEmpty();
  }

  /// The innermost partition that lies around a locator, as the store has it: the catalog may not
  /// have heard yet that it moves.
  private Optional<Partition> around(PartitionId id, String inner) throws StoreException {
    EngineTraits traits = movers.traits(id.engine());
    Optional<PartitionId> outer =
        catalog.all().stream()
            .map(Catalog.Known::partition)
            .filter(
                p ->
                    p.id().engine().equals(id.engine())
                        && !p.id().equals(id)
                        && !Boolean.FALSE.equals(unseen.get(p.id()))
                        && traits.inside(inner, locator(p)))
            .max(Comparator.comparingInt(p -> locator(p).length()))
            .map(Partition::id);
    if (outer.isEmpty()) {
      return Optional.empty();
    }
    String key = Keys.partition(outer.get());
    Optional<Entry> entry = store.get(key);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key, entry.get().value(), Partition.class));
  }

  /// Where what is in no partition of its own is looked for.
  private Optional<HomeId> looked(PartitionId id, Optional<Partition> outer) {
    return outer.map(p -> p.ownership().reads().home()).or(() -> homes.defaultHome(id.engine()));
  }

  /// Versions that knew one engine would take the partition of another one for one of theirs.
  private void refuseIfMistaken(PartitionId id) throws StoreException {
    Set<String> older =
        id.engine().equals(Engine.FIRST) ? Set.of() : new Formats(store).older(Records.FORMAT);
    if (!older.isEmpty()) {
      throw new StoreException.Refused(
          "partition '%s' cannot be made known yet: %s are of a version that knows one engine only and would take it for one of theirs. Upgrade or stop them first (docs/upgrading.md)"
              .formatted(id, String.join(", ", older)),
          null);
    }
  }

  /// Looks whether a partition could be dropped now.
  ///
  /// @throws ControlException as [#drop]
  void look(PartitionId id, List<MoveRequest> queued, boolean free)
      throws ControlException, StoreException {
    Entry _ = droppable(id, queued, free);
  }

  /// Drops a partition: what is in it belongs to the one around it from now on, or to none.
  ///
  /// @param queued the moves that wait
  /// @param free whether this controller begins moves, and none of the partition can begin
  ///   meanwhile
  /// @throws ControlException if it moves or owes, or its keys would be looked for elsewhere
  void drop(PartitionId id, List<MoveRequest> queued, boolean free)
      throws ControlException, StoreException {
    Entry entry = droppable(id, queued, free);
    String key = entry.key();
    Partition record = Records.decode(key, entry.value(), Partition.class);
    HomeId at = record.ownership().reads().home();
    DroppedRecord last = new DroppedRecord(id, record.epoch(), record.term(), at.value());
    store.put(Keys.dropped(id), Records.encode(last), StateStore.ANY, null);
    if (store.delete(key, entry.version()) instanceof PutResult.Conflict) {
      store.delete(Keys.dropped(id), StateStore.ANY);
      throw new ControlException(
          Kind.CONFLICT,
          "partition '" + id + "' has changed meanwhile. Nothing was dropped; try again");
    }
    unseen.put(id, false);
  }

  /// @return its record
  private Entry droppable(PartitionId id, List<MoveRequest> queued, boolean free)
      throws ControlException, StoreException {
    String key = Keys.partition(id);
    Optional<Entry> entry = store.get(key);
    if (entry.isEmpty()) {
      throw new ControlException(
          Kind.NOT_FOUND, "there is no partition '" + id + "'; 'drover partitions' lists them");
    }
    Partition record = Records.decode(key, entry.get().value(), Partition.class);
    if (!free) {
      refuseUnlessAtRest(record, queued);
      throw new ControlException(
          Kind.CONFLICT,
          "this server does not drive, or '"
              + id
              + "' is still driven. Nothing was changed. Ask the server that 'drover status' names, in a moment");
    }
    EngineTraits traits = movers.traits(id.engine());
    Optional<Partition> outer = around(id, locator(record));
    refuseUnlessAtRest(record, queued);
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get(), queued);
    }
    HomeId at = record.ownership().reads().home();
    Optional<HomeId> looked = looked(id, outer);
    if (looked.filter(at::equals).isEmpty()) {
      throw new ControlException(
          Kind.CONFLICT,
          "%s '%s' is at home '%s', and without it its %s would be looked for at %s (%s): they would be hidden. Nothing was changed. %s"
              .formatted(
                  traits.nouns().partition(),
                  id,
                  at,
                  traits.nouns().items(),
                  looked.map(home -> "'" + home + "'").orElse("no home"),
                  outer.map(p -> "the home of '" + p.id() + "'").orElse("the default home"),
                  looked
                      .map(home -> "Move it there first: drover move " + id + " --to " + home)
                      .orElse("Set defaultHome in the server's configuration")));
    }
    return entry.get();
  }

  private static String locator(Partition p) {
    return p.ownership().reads().locator();
  }

  private static void refuseUnlessAtRest(Partition p, List<MoveRequest> queued)
      throws ControlException {
    boolean waits = queued.stream().anyMatch(move -> move.partition().equals(p.id()));
    if (!(p.ownership() instanceof Ownership.Active) || !p.owed().isEmpty() || waits) {
      throw new ControlException(
          Kind.CONFLICT,
          "partition '%s' moves, waits to move, or owes something from a move. Nothing was changed. Wait for that to end ('drover explain %s'), or abort it"
              .formatted(p.id(), p.id()));
    }
  }
}
