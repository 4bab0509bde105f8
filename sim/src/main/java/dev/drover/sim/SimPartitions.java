package dev.drover.sim;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.DroppedRecord;
import dev.drover.store.records.Keys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Makes the inner partition known, and drops it, as a controller does.
///
/// A record is made under the lease by which this controller leads, and then kept without it. One
/// that is dropped is put under that lease first. So both go with the lease, before anybody else
/// leads, if they are not brought to their end.
final class SimPartitions {
  private final SimController controller;
  private final World world;
  private final SimLead lead;
  private final PartitionId outer;
  private final PartitionId inner;
  private final String key;

  /// The revision of the last record that was written or deleted here.
  private long changed;

  /// What a wrong version takes for not shown yet, and whether it is to be there.
  private final Map<PartitionId, Boolean> unseen = new TreeMap<>(World.BY_NAME);

  SimPartitions(SimController controller, SimLead lead) {
    this.controller = controller;
    this.world = controller.world;
    this.lead = lead;
    this.outer = world.nesting().outer();
    this.inner = world.nesting().inner();
    this.key = Keys.partition(inner);
  }

  /// The process has died.
  void clear() {
    changed = 0;
    unseen.clear();
  }

  /// Whether the catalog shows all that was made known and dropped here.
  boolean seen() {
    if (world.rules().catalogShowsRevisions()) {
      return lead.revision() >= changed;
    }
    unseen.entrySet().removeIf(each -> lead.find(each.getKey()).isPresent() == each.getValue());
    return unseen.isEmpty();
  }

  private void over(String words) {
    world.say(controller.name, () -> inner + ": " + words);
    lead.over();
  }

  /// The record stands under the lease, or may come to.
  private void unsure() {
    if (world.rules().unknownEndsTheLead()) {
      controller.giveLeaseUp();
    }
    over("outcome unknown");
  }

  private void get(String from, Consumer<Optional<Entry>> then) {
    world
        .store()
        .get(
            controller,
            from,
            answer -> {
              if (answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> found)) {
                then.accept(found);
              } else {
                over("the store is away");
              }
            });
  }

  private void put(
      String to,
      Object record,
      long version,
      Optional<LeaseId> lease,
      LongConsumer then,
      Runnable changed) {
    world
        .store()
        .put(
            controller,
            to,
            record,
            version,
            lease.orElse(null),
            Durability.SYNCED,
            answer -> {
              switch (answer) {
                case Answer.Ok<PutResult>(PutResult.Applied(long written)) -> then.accept(written);
                case Answer.Ok<PutResult> _, Answer.Refused<PutResult> _ -> changed.run();
                case Answer.Away<PutResult> _, Answer.Unknown<PutResult> _ -> {
                  if (to.equals(key)) {
                    unsure();
                  } else {
                    over("the store is away");
                  }
                }
              }
            });
  }

  // --- the outer one

  private record Around(Partition record, long version) {}

  /// Goes on with the outer partition if nothing moves it.
  private void ifAtRest(Consumer<Around> then) {
    get(
        Keys.partition(outer),
        entry -> {
          Partition found = entry.flatMap(world.codec()::partition).orElseThrow();
          boolean rests = atRest(found) && !lead.waits(outer);
          if (rests || !world.rules().madeInWhatIsAtRest()) {
            then.accept(new Around(found, entry.orElseThrow().version()));
          } else {
            over("refused, the one around it moves");
          }
        });
  }

  private static boolean atRest(Partition p) {
    return p.ownership() instanceof Ownership.Active && p.owed().isEmpty();
  }

  /// Writes the outer partition's record as it is. A move of it that another controller has begun
  /// by what it knew before, and that comes late, does not find this version.
  private void touch(Around around, Runnable then) {
    if (!world.rules().outerIsTouched()) {
      then.run();
      return;
    }
    put(
        Keys.partition(outer),
        around.record(),
        around.version(),
        Optional.empty(),
        written -> {
          changed = written;
          then.run();
        },
        () -> over("refused, the one around it has changed"));
  }

  // --- making

  /// @param named where a wrong version makes it
  void make(HomeId named) {
    Optional<LeaseId> under = lead.lease();
    if (under.isEmpty()) {
      over("not made, this one does not lead");
      return;
    }
    ifAtRest(
        around -> {
          Placement looked = around.record().ownership().reads();
          Placement at =
              world.rules().madeWhereItIsLookedFor()
                  ? looked
                  : new Placement(named, looked.locator());
          get(
              Keys.dropped(inner),
              dropped -> touch(around, () -> make(first(at, dropped), dropped, under)));
        });
  }

  private Partition first(Placement at, Optional<Entry> dropped) {
    Partition made = Partition.at(inner, at, new Hlc(controller.wallMillis(), 0));
    if (dropped.isEmpty() || !world.rules().droppedGoOn()) {
      return made;
    }
    DroppedRecord last = decoded(dropped.get());
    return new Partition(
        inner, last.epoch() + 1, last.term() + 1, made.ownership(), List.of(), made.changedAt());
  }

  private DroppedRecord decoded(Entry entry) {
    try {
      return world.codec().decode(entry, DroppedRecord.class);
    } catch (StoreException.Corrupt e) {
      throw new IllegalStateException("nobody damages what was dropped", e);
    }
  }

  private void make(Partition first, Optional<Entry> dropped, Optional<LeaseId> under) {
    boolean leased = world.rules().changedUnderTheLead();
    put(
        key,
        first,
        StateStore.ABSENT,
        leased ? under : Optional.empty(),
        version -> {
          if (leased) {
            keep(first, version, dropped);
          } else {
            made(version, dropped);
          }
        },
        () -> over("not made, it is there, or this one does not lead"));
  }

  private void keep(Partition first, long version, Optional<Entry> dropped) {
    put(
        key,
        first,
        version,
        Optional.empty(),
        kept -> made(kept, dropped),
        () -> over("not made, this one does not lead any more"));
  }

  private void made(long version, Optional<Entry> dropped) {
    changed = version;
    unseen.put(inner, true);
    if (dropped.isEmpty()) {
      over("made");
    } else {
      Entry last = dropped.get();
      world.store().delete(controller, last.key(), last.version(), _ -> over("made again"));
    }
  }

  // --- dropping

  void drop() {
    Optional<LeaseId> under = lead.lease();
    if (under.isEmpty() || controller.drivers().containsKey(inner.name())) {
      over("not dropped, this one does not lead, or drives it");
      return;
    }
    get(
        key,
        entry -> {
          Partition found = entry.flatMap(world.codec()::partition).orElse(null);
          if (found == null || !atRest(found) || lead.waits(inner)) {
            over("not dropped, it is not there, or moves");
            return;
          }
          ifAtRest(
              around -> {
                if (around.record().ownership().reads().equals(found.ownership().reads())) {
                  touch(around, () -> note(entry.orElseThrow().version(), found, under));
                } else {
                  over("not dropped, it would be looked for elsewhere");
                }
              });
        });
  }

  private void note(long version, Partition found, Optional<LeaseId> under) {
    String home = found.ownership().reads().home().value();
    DroppedRecord last = new DroppedRecord(inner, found.epoch(), found.term(), home);
    get(
        Keys.dropped(inner),
        before -> {
          put(
              Keys.dropped(inner),
              last,
              before.map(Entry::version).orElse(StateStore.ABSENT),
              Optional.empty(),
              noted -> {
                if (world.rules().changedUnderTheLead()) {
                  drop(version, found, under, noted);
                } else {
                  delete(version);
                }
              },
              () -> over("not dropped, another one drops it"));
        });
  }

  private void drop(long version, Partition found, Optional<LeaseId> under, long noted) {
    put(
        key,
        found,
        version,
        under,
        this::delete,
        () ->
            world
                .store()
                .delete(
                    controller,
                    Keys.dropped(inner),
                    noted,
                    _ -> over("not dropped, it has changed, or this one does not lead")));
  }

  private void delete(long version) {
    world
        .store()
        .delete(
            controller,
            key,
            version,
            answer -> {
              if (answer instanceof Answer.Ok<PutResult>(PutResult.Applied(long ended))) {
                changed = ended;
                unseen.put(inner, false);
                over("dropped");
              } else {
                unsure();
              }
            });
  }
}
