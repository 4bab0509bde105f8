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
import java.util.Optional;
import java.util.Set;

/// Makes partitions known, and drops them.
final class Partitions {
  private final StateStore store;
  private final Homes homes;
  private final Catalog catalog;
  private final Movers movers;

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

  /// Drops a partition: what is in it belongs to the one around it from now on, or to none.
  ///
  /// @param queued the moves that wait
  /// @param free whether this controller begins moves, and none of the partition can begin
  ///   meanwhile
  /// @throws ControlException if it moves or owes, or its keys would be looked for elsewhere
  void drop(PartitionId id, List<MoveRequest> queued, boolean free)
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
    Optional<Partition> outer =
        catalog.all().stream()
            .map(Catalog.Known::partition)
            .filter(
                p ->
                    p.id().engine().equals(id.engine())
                        && !p.id().equals(id)
                        && traits.inside(locator(record), locator(p)))
            .max(Comparator.comparingInt(p -> locator(p).length()));
    refuseUnlessAtRest(record, queued);
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get(), queued);
    }
    HomeId at = record.ownership().reads().home();
    Optional<HomeId> looked =
        outer.map(p -> p.ownership().reads().home()).or(() -> homes.defaultHome(id.engine()));
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
    DroppedRecord last = new DroppedRecord(id, record.epoch(), record.term(), at.value());
    store.put(Keys.dropped(id), Records.encode(last), StateStore.ANY, null);
    if (store.delete(key, entry.get().version()) instanceof PutResult.Conflict) {
      store.delete(Keys.dropped(id), StateStore.ANY);
      throw new ControlException(
          Kind.CONFLICT,
          "partition '" + id + "' has changed meanwhile. Nothing was dropped; try again");
    }
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
