package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
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

/// Makes partitions known, and drops them.
final class Scopes {
  private final StateStore store;
  private final Homes homes;
  private final Catalog catalog;

  Scopes(StateStore store, Homes homes, Catalog catalog) {
    this.store = store;
    this.homes = homes;
    this.catalog = catalog;
  }

  /// Makes a partition known, at rest at `home`. One that was dropped goes on with its epochs and
  /// terms, for homes remember those.
  ///
  /// @return whether it is new
  boolean create(PartitionId id, Engine engine, Placement home, Hlc now) throws StoreException {
    Optional<Entry> dropped = store.get(Keys.dropped(id));
    Partition partition = Partition.at(id, engine, home, now);
    if (dropped.isPresent()) {
      DroppedRecord last =
          Records.decode(Keys.dropped(id), dropped.get().value(), DroppedRecord.class);
      partition =
          new Partition(
              id, engine, last.epoch() + 1, last.term() + 1, partition.ownership(), List.of(), now);
    }
    boolean made =
        store.put(Keys.partition(id), Records.encode(partition), StateStore.ABSENT, null)
            instanceof PutResult.Applied;
    if (made && dropped.isPresent()) {
      store.delete(Keys.dropped(id), dropped.get().version());
    }
    return made;
  }

  /// Drops a partition: its keys belong to its outer scope from now on, or to none.
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
          Kind.NOT_FOUND, "there is no scope '" + id + "'; 'drover partitions' lists them");
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
    Optional<Partition> outer =
        catalog.all().stream()
            .map(Catalog.Known::partition)
            .filter(p -> !p.id().equals(id) && id.value().startsWith(p.id().value()))
            .max(Comparator.comparingInt(p -> p.id().value().length()));
    refuseUnlessAtRest(record, queued);
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get(), queued);
    }
    HomeId at = record.ownership().reads().home();
    Optional<HomeId> looked = outer.map(p -> p.ownership().reads().home()).or(homes::defaultHome);
    if (looked.filter(at::equals).isEmpty()) {
      throw new ControlException(
          Kind.CONFLICT,
          "scope '%s' is at home '%s', and without it its keys would be looked for at %s (%s): they would be hidden. Nothing was changed. %s"
              .formatted(
                  id,
                  at,
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
          "scope '" + id + "' has changed meanwhile. Nothing was dropped; try again");
    }
  }

  private static void refuseUnlessAtRest(Partition p, List<MoveRequest> queued)
      throws ControlException {
    boolean waits = queued.stream().anyMatch(move -> move.partition().equals(p.id()));
    if (!(p.ownership() instanceof Ownership.Active) || !p.owed().isEmpty() || waits) {
      throw new ControlException(
          Kind.CONFLICT,
          "scope '%s' moves, waits to move, or owes something from a move. Nothing was changed. Wait for that to end ('drover explain %s'), or abort it"
              .formatted(p.id(), p.id()));
    }
  }
}
