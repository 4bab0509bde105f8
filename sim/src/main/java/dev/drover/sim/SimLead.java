package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.sim.SimController.Request;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.Keys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A controller's part where partitions come and go: it takes the lead if nobody has it, and only
/// while it leads it begins moves, takes over, and has partitions made known and dropped, one after
/// the other.
///
/// What it begins goes by its catalog: the records as its watch has told them.
final class SimLead {
  private final SimController controller;
  private final World world;
  private final SimPartitions partitions;
  private final Map<PartitionId, Entry> catalog = new TreeMap<>(World.BY_NAME);
  private final List<Request> moves = new ArrayList<>();
  private final ArrayDeque<Runnable> changes = new ArrayDeque<>();
  private @Nullable LeaseId lease;
  private long leadsTaken;
  private long catalogOfLead;
  private long revision;
  private long renewedNanos;
  private boolean busy;

  SimLead(SimController controller) {
    this.controller = controller;
    this.world = controller.world;
    this.partitions = new SimPartitions(controller, this);
  }

  /// The process has died.
  void clear() {
    partitions.clear();
    catalog.clear();
    moves.clear();
    changes.clear();
    lease = null;
    catalogOfLead = 0;
    revision = 0;
    busy = false;
  }

  boolean leads() {
    return lease != null;
  }

  /// The lease under which it leads; what is written under it is refused once another one may lead.
  Optional<LeaseId> lease() {
    return Optional.ofNullable(lease);
  }

  /// Whether it leads and has something left to do.
  boolean pending() {
    return leads() && (busy || !moves.isEmpty() || !changes.isEmpty());
  }

  long leadsTaken() {
    return leadsTaken;
  }

  /// The controller's lease has ended.
  void ended() {
    if (lease != null) {
      world.say(controller.name, () -> "does not lead any more");
    }
    lease = null;
  }

  // --- rounds

  /// The controller's lease stands.
  ///
  /// @param sentNanos from before it was asked to be kept alive
  void round(LeaseId held, long sentNanos) {
    renewedNanos = sentNanos;
    if (lease != null) {
      lead();
      return;
    }
    world
        .store()
        .get(
            controller,
            Keys.CONTROLLER,
            answer -> {
              if (answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> found)) {
                found.ifPresentOrElse(
                    before -> takeAfter(before, held), () -> take(held, StateStore.ABSENT));
              }
            });
  }

  /// This controller has led under another lease: what is on its way under that one must not come
  /// to be while it leads under this one.
  private void takeAfter(Entry before, LeaseId held) {
    if (!controller.mine(before)) {
      return;
    }
    LeaseId last = before.lease();
    if (last == null || last.equals(held) || !world.rules().leasesEndBeforeTheNext()) {
      take(held, before.version());
      return;
    }
    world
        .store()
        .revoke(
            controller,
            last,
            answer -> {
              if (answer instanceof Answer.Ok<Boolean>) {
                take(held, StateStore.ABSENT);
              }
            });
  }

  private void take(LeaseId held, long version) {
    world
        .store()
        .put(
            controller,
            Keys.CONTROLLER,
            new DriverRecord(controller.self(), controller.name),
            version,
            held,
            Durability.SYNCED,
            answer -> {
              if (answer instanceof Answer.Ok<PutResult>(PutResult.Applied _)) {
                lease = held;
                leadsTaken++;
                world.say(controller.name, () -> "leads");
                lead();
              }
            });
  }

  private void lead() {
    if (catalogOfLead != leadsTaken && world.rules().leadersReadAnew()) {
      controller.follow();
      return;
    }
    List.copyOf(catalog.values()).forEach(controller::takeOverIfUndriven);
    begin();
  }

  // --- the catalog

  /// All records as they are.
  ///
  /// @param asOfLead how often it had taken the lead when it asked for them
  void listed(Listing all, long asOfLead) {
    catalog.clear();
    all.entries().forEach(this::put);
    revision = all.revision();
    boolean anew = catalogOfLead != asOfLead;
    catalogOfLead = asOfLead;
    if (anew && leads()) {
      lead();
    } else {
      begin();
    }
  }

  private void put(Entry entry) {
    catalog.put(Keys.partitionOf(entry.key()), entry);
  }

  void changed(List<Event> events) {
    for (Event event : events) {
      switch (event) {
        case Event.Written(Entry entry) -> put(entry);
        case Event.Deleted d -> catalog.remove(Keys.partitionOf(d.key()));
      }
      revision = event.revision();
    }
    begin();
  }

  /// Everything up to this revision is in the catalog.
  long revision() {
    return revision;
  }

  Optional<Entry> find(PartitionId id) {
    return Optional.ofNullable(catalog.get(id));
  }

  /// What a move of a partition leaves where it is.
  List<String> excluded(PartitionId id) {
    return world.nesting().excluded(id, catalog::containsKey);
  }

  // --- moves

  void submit(Request request) {
    moves.add(request);
    begin();
  }

  boolean waits(PartitionId id) {
    return moves.stream().anyMatch(move -> move.partition().equals(id));
  }

  private boolean begins() {
    boolean anew = catalogOfLead == leadsTaken || !world.rules().leadersReadAnew();
    boolean due = controller.nanos() - renewedNanos > SimController.ROUND.toNanos();
    return leads() && !due && anew && (partitions.seen() || !world.rules().catalogIsWaitedFor());
  }

  /// Begins the first move that can begin.
  private void begin() {
    if (busy || !begins()) {
      return;
    }
    moves.removeIf(move -> !catalog.containsKey(move.partition()));
    for (Request move : moves) {
      Entry entry = catalog.get(move.partition());
      if (entry != null && ready(entry)) {
        moves.remove(move);
        busy = true;
        controller.begin(move, entry, this::over);
        return;
      }
    }
  }

  private boolean ready(Entry entry) {
    Partition record = world.codec().partition(entry).orElse(null);
    return record != null
        && !record.moving()
        && record.owed().isEmpty()
        && !controller.drivers().containsKey(record.id().name());
  }

  // --- partitions

  void make(HomeId named) {
    alone(() -> partitions.make(named));
  }

  void drop() {
    alone(partitions::drop);
  }

  /// No move begins meanwhile, and nothing else is changed.
  private void alone(Runnable change) {
    if (busy) {
      changes.add(change);
      return;
    }
    busy = true;
    change.run();
  }

  /// What was done alone is done.
  void over() {
    busy = false;
    Runnable next = changes.poll();
    if (next != null) {
      alone(next);
    } else {
      begin();
    }
  }
}
