package dev.drover.sim;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Hlc;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Proof;
import dev.drover.core.Transition;
import dev.drover.core.Undo;
import dev.drover.core.driver.Stage;
import dev.drover.core.mover.MoverOptions;
import dev.drover.core.mover.Settlement;
import dev.drover.core.mover.Verification;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A controller's process: begins moves, drives them, and takes over what nobody drives.
final class SimController extends Proc {
  /// How often it renews its lease and looks for what nobody drives.
  static final Duration ROUND = Duration.ofMillis(500);

  private static final long ROUND_NANOS = ROUND.toNanos();
  private static final long FOLLOW_RETRY_NANOS = 200_000_000;

  private final Duration abortTimeout;
  private final SimLease lease;
  private final Map<String, SimDriver> drivers = new TreeMap<>();
  private final Map<String, Long> claims = new TreeMap<>();
  private final SimLead lead;
  private SimStore.@Nullable Follower follower;
  private int follows;

  SimController(World world, String name, Duration claimLease, Duration abortTimeout) {
    super(world, name);
    this.lease = new SimLease(this, claimLease);
    this.abortTimeout = abortTimeout;
    this.lead = new SimLead(this);
  }

  /// What somebody asks for.
  record Request(
      PartitionId partition,
      Placement to,
      Budget budget,
      Barrier barrier,
      boolean keepSource,
      boolean takeover) {
    MoverOptions options() {
      return takeover ? MoverOptions.TAKEOVER : MoverOptions.DEFAULT;
    }
  }

  ControllerId self() {
    return new ControllerId(name + "." + life());
  }

  @Override
  void started() {
    follow();
    round();
  }

  @Override
  void killed() {
    drivers
        .values()
        .forEach(driver -> world.coverage().killed("controller", driver.driver().stage()));
    drivers.values().forEach(SimDriver::close);
    drivers.clear();
    claims.clear();
    lead.clear();
    lease.clear();
    if (follower != null) {
      follower.close();
      follower = null;
    }
  }

  Map<String, SimDriver> drivers() {
    return drivers;
  }

  SimLead lead() {
    return lead;
  }

  /// Begins its rounds, a little apart from the others'.
  void begin() {
    later(world.chance().between(0, ROUND_NANOS), this::started);
  }

  /// Follows the records, to tell drivers of what others change.
  void follow() {
    if (follower != null) {
      follower.close();
    }
    int mine = ++follows;
    long asOfLead = lead.leadsTaken();
    world
        .store()
        .list(
            this,
            Keys.PARTITIONS,
            answer -> {
              if (mine != follows) {
                return;
              }
              if (answer instanceof Answer.Ok<Listing>(Listing all)) {
                all.entries().forEach(this::recordSeen);
                follower =
                    world
                        .store()
                        .follow(this, Keys.PARTITIONS, all.revision(), this::changed, this::follow);
                lead.listed(all, asOfLead);
              } else {
                later(FOLLOW_RETRY_NANOS, this::follow);
              }
            });
  }

  private void changed(List<Event> events) {
    for (Event event : events) {
      if (event instanceof Event.Written(Entry entry)) {
        recordSeen(entry);
      }
    }
    lead.changed(events);
  }

  private void recordSeen(Entry entry) {
    Partition record = decoded(entry);
    SimDriver driver = record == null ? null : drivers.get(record.id().name());
    if (record != null && driver != null) {
      driver.recordSeen(record, entry.version());
    }
  }

  private void round() {
    later(ROUND_NANOS, this::round);
    long sentNanos = nanos();
    lease.renew(lead::ended, held -> renewed(held, sentNanos));
  }

  private void renewed(LeaseId held, long sentNanos) {
    if (world.nesting().on()) {
      lead.round(held, sentNanos);
      return;
    }
    world
        .store()
        .list(
            this,
            Keys.PARTITIONS,
            answer -> {
              if (answer instanceof Answer.Ok<Listing>(Listing all)) {
                all.entries().forEach(this::takeOverIfUndriven);
              }
            });
  }

  /// It does not know what has become of what it asked for under its lease.
  void giveLeaseUp() {
    lead.ended();
    lease.clear();
  }

  void takeOverIfUndriven(Entry entry) {
    Partition record = decoded(entry);
    if (record == null || rests(record) || drivers.containsKey(record.id().name())) {
      return;
    }
    claim(
        record.id(),
        claimed -> {
          if (!claimed) {
            return;
          }
          if (world.nesting().on()) {
            readAndTakeOver(record.id());
          } else {
            takeOver(record, entry.version());
          }
        });
  }

  private static boolean rests(Partition record) {
    return !record.moving() && record.owed().isEmpty();
  }

  /// Nobody else drives it since the claim stands.
  private void readAndTakeOver(PartitionId id) {
    world
        .store()
        .get(
            this,
            Keys.partition(id),
            answer -> {
              if (!(answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> found))) {
                return;
              }
              Partition record = found.map(this::decoded).orElse(null);
              if (record != null && !rests(record)) {
                takeOver(record, found.orElseThrow().version());
              } else if (!drivers.containsKey(id.name())) {
                release(id, () -> {});
              }
            });
  }

  private void takeOver(Partition record, long version) {
    if (drivers.containsKey(record.id().name())) {
      return;
    }
    world.say(name, () -> "takes " + record.id() + " over");
    SimDriver driver = drive(record, version);
    if (record.move().map(this::tooOld).orElse(false)) {
      driver.abort("older than the abort timeout");
    }
  }

  private boolean tooOld(Move move) {
    return wallMillis() - move.startedAt().millis() > abortTimeout.toMillis();
  }

  private @Nullable Partition decoded(Entry entry) {
    return world.codec().partition(entry).orElse(null);
  }

  private void claim(PartitionId id, Consumer<Boolean> then) {
    claim(id, StateStore.ABSENT, then);
  }

  private void claim(PartitionId id, long expectedVersion, Consumer<Boolean> then) {
    LeaseId held = lease.held();
    if (held == null) {
      then.accept(false);
      return;
    }
    world
        .store()
        .put(
            this,
            Keys.driver(id),
            new DriverRecord(self(), name),
            expectedVersion,
            held,
            Durability.SYNCED,
            answer -> {
              if (answer instanceof Answer.Ok<PutResult>(PutResult.Conflict conflict)
                  && expectedVersion == StateStore.ABSENT
                  && conflict.current().filter(this::mine).isPresent()) {
                claim(id, conflict.current().get().version(), then);
              } else {
                boolean claimed = answer instanceof Answer.Ok<PutResult>(PutResult.Applied _);
                if (answer instanceof Answer.Ok<PutResult>(PutResult.Applied applied)) {
                  claims.put(id.name(), applied.version());
                }
                then.accept(claimed);
              }
            });
  }

  /// Whether it is this controller's own claim, or that of its predecessor of the same name.
  boolean mine(Entry claim) {
    try {
      return world
          .codec()
          .decode(claim, DriverRecord.class)
          .controller()
          .value()
          .startsWith(name + ".");
    } catch (StoreException.Corrupt e) {
      throw new IllegalStateException("nobody damages claims", e);
    }
  }

  private SimDriver drive(Partition record, long version) {
    PartitionId id = record.id();
    SimDriver driver = new SimDriver(this, self(), record, version, ended -> letGo(id, ended));
    drivers.put(id.name(), driver);
    driver.start();
    return driver;
  }

  private void letGo(PartitionId id, SimDriver ended) {
    release(id, () -> drivers.remove(id.name(), ended));
  }

  private void release(PartitionId id, Runnable then) {
    long version = claims.getOrDefault(id.name(), StateStore.ABSENT);
    world.store().delete(this, Keys.driver(id), version, _ -> then.run());
  }

  // --- what people ask for

  void submit(Request request) {
    if (world.nesting().on()) {
      lead.submit(request);
      return;
    }
    world
        .store()
        .get(
            this,
            Keys.partition(request.partition()),
            answer -> {
              if (answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> entry)
                  && entry.isPresent()) {
                begin(request, entry.get(), () -> {});
              }
            });
  }

  /// @param over told once it has begun, or has not
  void begin(Request request, Entry entry, Runnable over) {
    Partition record = decoded(entry);
    if (record == null) {
      over.run();
      return;
    }
    Transition transition =
        Transition.begin(record, request.to(), move(request, record), stamp(record));
    switch (transition) {
      case Transition.Refused refused -> {
        world.coverage().refusal(refused.why());
        world.say(name, () -> "refused: " + refused.why().message());
        over.run();
      }
      case Transition.Granted granted -> {
        if (mustWait(request)) {
          later(ROUND_NANOS, () -> submit(request));
          over.run();
          return;
        }
        letGoOfDebts(request);
        if (drivers.containsKey(record.id().name())) {
          over.run();
          return;
        }
        claim(
            record.id(),
            claimed -> {
              if (claimed) {
                write(granted.next(), entry.version(), over);
              } else {
                over.run();
              }
            });
      }
    }
  }

  /// A driver that has ended lets go of the partition before another one begins.
  private boolean mustWait(Request request) {
    SimDriver driver = drivers.get(request.partition().name());
    return request.takeover() && driver != null && driver.driver().ended();
  }

  /// A takeover does not wait for debts; whoever ends it works them off.
  private void letGoOfDebts(Request request) {
    SimDriver driver = drivers.get(request.partition().name());
    if (request.takeover() && driver != null && !driver.driver().partition().moving()) {
      driver.close();
      drivers.remove(request.partition().name());
    }
  }

  private void write(Partition begun, long version, Runnable over) {
    world
        .store()
        .put(
            this,
            Keys.partition(begun.id()),
            begun,
            version,
            null,
            Durability.SYNCED,
            answer -> {
              if (answer instanceof Answer.Ok<PutResult>(PutResult.Applied applied)
                  && !drivers.containsKey(begun.id().name())) {
                drive(begun, applied.version());
              }
              over.run();
            });
  }

  private Move move(Request request, Partition record) {
    MoveId id = new MoveId("m" + world.number());
    Placement from = record.ownership().reads();
    MoverOptions options = request.options().withExcluded(lead.excluded(request.partition()));
    List<Undo> onAbort =
        request.takeover() ? List.of() : SimEngine.NEW.owedOnAbort(id, from, request.to(), options);
    List<Undo> onComplete = new ArrayList<>();
    if (world.scenario().fleet().steps()) {
      onComplete.add(new Undo(SimEngine.SEAT, request.to(), id, options));
    }
    if (!request.keepSource()) {
      onComplete.add(
          new Undo(request.takeover() ? "bring-over" : "purge-source", from, id, options));
    }
    return Move.begun(
        id,
        self(),
        new Move.Plan(
            request.budget(),
            request.barrier(),
            options,
            world.rules().sourceFence(world.home(from.home())),
            onComplete),
        onAbort,
        stamp(record));
  }

  private Hlc stamp(Partition record) {
    return record.changedAt().next(wallMillis());
  }

  /// What is at rest cannot be aborted.
  private void abortUndriven(Answer<Optional<Entry>> answer) {
    Partition record =
        answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> entry) && entry.isPresent()
            ? decoded(entry.get())
            : null;
    if (record != null
        && !record.moving()
        && Transition.abort(record, stamp(record)) instanceof Transition.Refused(var why)) {
      world.coverage().refusal(why);
    }
  }

  /// Somebody who sees a hold does not want to wait for a timed barrier. A driver commits by itself
  /// as soon as it may, so this only ever answers what remains.
  void commit(PartitionId id) {
    SimDriver driver = drivers.get(id.name());
    if (driver == null || !(driver.driver().stage() instanceof Stage.Holding(var hold, _, _))) {
      return;
    }
    Partition record = driver.driver().partition();
    Proof claimed =
        new Proof(
            List.of(),
            new Settlement.Settled("", -1, 0, 0),
            new Verification(0, 0, 0, ""),
            false,
            0,
            nanos() - hold.sinceNanos());
    if (Transition.commit(record, claimed, stamp(record)) instanceof Transition.Refused(var why)) {
      world.coverage().refusal(why);
      world.say(name, () -> "refused: " + why.message());
    }
  }

  /// Somebody asks for an abort of what it drives.
  void abort(PartitionId id) {
    SimDriver driver = drivers.get(id.name());
    if (driver == null) {
      world.store().get(this, Keys.partition(id), this::abortUndriven);
      return;
    }
    world.say(name, () -> "is asked to abort " + id);
    Partition record = driver.driver().partition();
    if (record.ownership() instanceof Ownership.Opening
        && Transition.abort(record, stamp(record)) instanceof Transition.Refused(var why)) {
      world.coverage().refusal(why);
      if (world.rules().commitIsFinal()) {
        return;
      }
      world.rules().abortAnyway(world, this, record);
    }
    driver.abort("somebody asked");
  }
}
