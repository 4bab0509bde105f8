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
import dev.drover.store.LeaseId;
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
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes partitions known, and drops them.
final class Partitions {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  private final StateStore store;
  private final Homes homes;
  private final Catalog catalog;
  private final Movers movers;
  private final Runnable giveUp;

  /// The store's revision of the last record that was made known, dropped, or touched here. A move
  /// that began by an older catalog would leave out, or take along, what it must not.
  private final AtomicLong changed = new AtomicLong();

  /// @param giveUp has this controller give up the lease under which it leads
  Partitions(StateStore store, Homes homes, Catalog catalog, Movers movers, Runnable giveUp) {
    this.giveUp = giveUp;
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
    Optional<Entry> dropped = store.get(Keys.dropped(id));
    boolean made =
        store.put(Keys.partition(id), first(id, home, dropped, now), StateStore.ABSENT, null)
            instanceof PutResult.Applied;
    if (made) {
      forgetDropped(dropped);
    }
    return made;
  }

  /// The first record of a partition, and what was dropped of that name.
  private byte[] first(PartitionId id, Placement home, Optional<Entry> dropped, Hlc now)
      throws StoreException {
    refuseIfMistaken(id);
    Partition partition = Partition.at(id, home, now);
    if (dropped.isPresent()) {
      DroppedRecord last =
          Records.decode(Keys.dropped(id), dropped.get().value(), DroppedRecord.class);
      partition =
          new Partition(
              id, last.epoch() + 1, last.term() + 1, partition.ownership(), List.of(), now);
    }
    return Records.encode(partition);
  }

  private void forgetDropped(Optional<Entry> dropped) throws StoreException {
    if (dropped.isPresent()) {
      store.delete(dropped.get().key(), dropped.get().version());
    }
  }

  /// A partition as the store has it.
  private record Found(Partition partition, Entry entry) {}

  /// Makes a partition known while gateways serve what it holds as part of the one around it, or of
  /// none.
  ///
  /// @param home where that is
  /// @param lead under which this controller begins moves: none of the one around it begins until
  ///   this one is known
  /// @return whether it is new
  /// @throws ControlException if that has changed, or the one around it moves or owes
  boolean createServed(
      PartitionId id, Placement home, List<MoveRequest> queued, LeaseId lead, Hlc now)
      throws ControlException, StoreException {
    Optional<Found> outer = around(id, home.locator());
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get().partition(), queued);
    }
    Optional<HomeId> looked = looked(id, outer);
    if (looked.isPresent() && !looked.get().equals(home.home())) {
      throw new ControlException(
          Kind.CONFLICT,
          "partition '%s' was to begin at home '%s', and what it holds is looked for at '%s' meanwhile. Nothing was changed; try again"
              .formatted(id, home.home(), looked.get()));
    }
    Optional<Entry> dropped = store.get(Keys.dropped(id));
    byte[] record = first(id, home, dropped, now);
    touch(outer);
    boolean made = putAsLeader(Keys.partition(id), record, lead);
    if (made) {
      forgetDropped(dropped);
    }
    return made;
  }

  /// Writes the record of the partition around it as it is. A move of that one that another
  /// controller has begun, by what it knew before, may still be on its way to the store: it does
  /// not find this version.
  private void touch(Optional<Found> outer) throws ControlException, StoreException {
    if (outer.isPresent()) {
      Entry entry = outer.get().entry();
      if (!(store.put(entry.key(), entry.value(), entry.version(), null)
          instanceof PutResult.Applied(long version))) {
        throw new ControlException(
            Kind.CONFLICT,
            "partition '%s' has changed meanwhile. Nothing was changed; try again"
                .formatted(outer.get().partition().id()));
      }
      changed(version);
    }
  }

  private void changed(long revision) {
    changed.accumulateAndGet(revision, Math::max);
  }

  /// Writes a record that is new, if this controller leads until it is written: under its lease
  /// first, which the store refuses once that has ended, and then, if it has not vanished with the
  /// lease, for good.
  ///
  /// @return false if there is one already
  private boolean putAsLeader(String key, byte[] record, LeaseId lead)
      throws ControlException, StoreException {
    try {
      switch (store.put(key, record, StateStore.ABSENT, lead)) {
        case PutResult.Conflict there -> {
          there.current().map(Entry::version).ifPresent(this::changed);
          return false;
        }
        case PutResult.Applied(long version) -> {
          if (store.put(key, record, version, null) instanceof PutResult.Applied(long kept)) {
            changed(kept);
            return true;
          }
        }
      }
    } catch (StoreException.Refused e) {
      LOG.info("{} was not written: {}", key, e.getMessage());
    } catch (StoreException e) {
      throw halfDone(e);
    }
    throw leadEnded();
  }

  /// A record stands under the lease, or may come to. It would vanish whenever that ends, and other
  /// partitions may move by then.
  private StoreException halfDone(StoreException e) {
    LOG.warn(
        "the store has not said what became of a partition's record ({}). This server gives up its lease, and the record goes with it unless it is written for good. No move begins until this server has another lease. Look with 'drover partitions', and try again",
        e.getMessage());
    giveUp.run();
    return e;
  }

  private static ControlException leadEnded() {
    return new ControlException(
        Kind.CONFLICT,
        "this server does not drive any more. Nothing was changed. Ask the server that 'drover status' names");
  }

  /// Whether the catalog shows all that was made known and dropped here.
  boolean seen() {
    return catalog.revision() >= changed.get();
  }

  /// The innermost partition that lies around a locator, as the store has it: the catalog may not
  /// have heard yet that it moves, or is gone.
  private Optional<Found> around(PartitionId id, String inner) throws StoreException {
    EngineTraits traits = movers.traits(id.engine());
    List<Partition> innermostFirst =
        catalog.all().stream()
            .map(Catalog.Known::partition)
            .filter(
                p ->
                    p.id().engine().equals(id.engine())
                        && !p.id().equals(id)
                        && traits.inside(inner, locator(p)))
            .sorted(Comparator.comparingInt((Partition p) -> locator(p).length()).reversed())
            .toList();
    for (Partition outer : innermostFirst) {
      Optional<Entry> entry = store.get(Keys.partition(outer.id()));
      if (entry.isPresent()) {
        byte[] value = entry.get().value();
        Partition now = Records.decode(entry.get().key(), value, Partition.class);
        return Optional.of(new Found(now, entry.get()));
      }
    }
    return Optional.empty();
  }

  /// Where what is in no partition of its own is looked for.
  private Optional<HomeId> looked(PartitionId id, Optional<Found> outer) {
    return outer
        .map(found -> found.partition().ownership().reads().home())
        .or(() -> homes.defaultHome(id.engine()));
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
    Droppable _ = droppable(id, queued, free);
  }

  /// Drops a partition: what is in it belongs to the one around it from now on, or to none.
  ///
  /// @param queued the moves that wait
  /// @param lead under which this controller begins moves; empty if it does not, or one of the
  ///   partition can begin meanwhile
  /// @throws ControlException if it moves or owes, or its keys would be looked for elsewhere
  void drop(PartitionId id, List<MoveRequest> queued, Optional<LeaseId> lead)
      throws ControlException, StoreException {
    Droppable found = droppable(id, queued, lead.isPresent());
    touch(found.outer());
    long noted = note(found.record().partition());
    try {
      deleteAsLeader(found.record().entry(), lead.orElseThrow(Partitions::leadEnded));
    } catch (ControlException e) {
      store.delete(Keys.dropped(id), noted);
      throw e;
    }
  }

  /// Notes where a partition ends. Compared, because a controller that does not lead any more may
  /// come late, when another one has dropped it again.
  ///
  /// @return the version of the note
  private long note(Partition record) throws ControlException, StoreException {
    String key = Keys.dropped(record.id());
    HomeId at = record.ownership().reads().home();
    DroppedRecord last = new DroppedRecord(record.id(), record.epoch(), record.term(), at.value());
    long before = store.get(key).map(Entry::version).orElse(StateStore.ABSENT);
    if (store.put(key, Records.encode(last), before, null)
        instanceof PutResult.Applied(long version)) {
      return version;
    }
    throw changedMeanwhile(record.id());
  }

  private static ControlException changedMeanwhile(PartitionId id) {
    return new ControlException(
        Kind.CONFLICT,
        "partition '%s' has changed meanwhile. Nothing was dropped; try again".formatted(id));
  }

  /// Deletes a record as it was read, if this controller leads until then: from the moment that it
  /// stands under the lease it goes with it, before anybody else leads.
  private void deleteAsLeader(Entry entry, LeaseId lead) throws ControlException, StoreException {
    try {
      if (store.put(entry.key(), entry.value(), entry.version(), lead)
          instanceof PutResult.Applied(long version)) {
        // A conflict says that it has vanished with the lease, which is as good.
        if (store.delete(entry.key(), version) instanceof PutResult.Applied(long gone)) {
          changed(gone);
        }
        return;
      }
    } catch (StoreException.Refused e) {
      LOG.info("{} was not deleted: {}", entry.key(), e.getMessage());
      throw leadEnded();
    } catch (StoreException e) {
      throw halfDone(e);
    }
    throw changedMeanwhile(Keys.partitionOf(entry.key()));
  }

  /// @param outer the partition around it, if there is one
  private record Droppable(Found record, Optional<Found> outer) {}

  private Droppable droppable(PartitionId id, List<MoveRequest> queued, boolean free)
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
          "'" + id + "' is still driven. Nothing was changed. Ask again in a moment");
    }
    EngineTraits traits = movers.traits(id.engine());
    Optional<Found> outer = around(id, locator(record));
    refuseUnlessAtRest(record, queued);
    if (outer.isPresent()) {
      refuseUnlessAtRest(outer.get().partition(), queued);
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
                  outer
                      .map(p -> "the home of '" + p.partition().id() + "'")
                      .orElse("the default home"),
                  looked
                      .map(home -> "Move it there first: drover move " + id + " --to " + home)
                      .orElse("Set defaultHome in the server's configuration")));
    }
    return new Droppable(new Found(record, entry.get()), outer);
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
