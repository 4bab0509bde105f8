package dev.drover.sim;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayControl;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.Membership;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.fleet.Sessions;
import dev.drover.core.gate.Session;
import dev.drover.sim.SimStore.Answer;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A gateway's process in `leased` mode: the real [GatewayControl] and sessions, and its data path,
/// with a store and homes behind a network.
final class SimGateway extends Frontend implements GatewayControl.Shell {
  private final GatewayId id;
  private final LeaseOptions options;
  private final SimReceipts receipts;
  private final SimConfiguration configuration;
  private final SimDataPath path;
  private Sessions sessions;
  private GatewayControl control;
  private SimStore.@Nullable Follower follower;
  private long wakeAtNanos = Long.MAX_VALUE;
  private long mailboxNanos;

  SimGateway(World world, String name, LeaseOptions options, long holdMaxNanos) {
    super(world, name);
    this.id = new GatewayId(name);
    this.options = options;
    this.receipts = new SimReceipts(this, id);
    this.configuration = new SimConfiguration(world);
    this.path = new SimDataPath(this, configuration, holdMaxNanos);
    this.sessions = new Sessions(options);
    this.control = new GatewayControl(options, 1, sessions, this);
  }

  @Override
  void started() {
    sessions = new Sessions(options);
    control = new GatewayControl(options, 1, sessions, this);
    begin();
  }

  @Override
  void killed() {
    path.clear();
    receipts.clear();
    wakeAtNanos = Long.MAX_VALUE;
    if (follower != null) {
      follower.close();
      follower = null;
    }
  }

  /// Starts anew with another configuration, which misses a home or none.
  void restart(@Nullable SimHome without) {
    kill();
    configuration.misses(without);
    start();
  }

  boolean missesNothing() {
    return configuration.missesNothing();
  }

  void begin() {
    turn(() -> control.start(now()));
    keepAlive();
  }

  Membership membership() {
    return control.membership();
  }

  // --- the control's turns

  private void turn(Runnable what) {
    Membership before = control.membership();
    what.run();
    wake();
    if (!control.membership().equals(before)) {
      world.say(name, () -> "is now " + control.membership());
    }
  }

  /// What comes to the control's mailbox is taken in order.
  private void soon(Runnable what) {
    mailboxNanos =
        Math.max(world.nowNanos() + world.chance().between(1_000, 200_000), mailboxNanos + 1);
    later(mailboxNanos - world.nowNanos(), () -> turn(what));
  }

  private void wake() {
    long next = control.wake(now());
    if (next != Long.MAX_VALUE && next < wakeAtNanos) {
      wakeAtNanos = next;
      atLocal(
          next,
          () -> {
            wakeAtNanos = Long.MAX_VALUE;
            wake();
          });
    }
  }

  private void keepAlive() {
    later(
        options.keepAlive().toNanos(),
        () -> {
          keepAlive();
          renew(LeaseKind.SHORT, () -> renew(LeaseKind.LONG, this::checkLeases));
        });
  }

  private void checkLeases() {
    control.lapsed(nanos()).ifPresent(kind -> soon(() -> control.leaseEnded(kind, now())));
  }

  private void renew(LeaseKind kind, Runnable then) {
    Session session = sessions.registering(kind);
    long sentNanos = nanos();
    if (!session.holds(sentNanos)) {
      then.run();
      return;
    }
    world
        .store()
        .keepAlive(
            this,
            new LeaseId(session.lease()),
            answer -> {
              if (answer instanceof Answer.Ok<Boolean>(Boolean alive)) {
                long from = world.rules().leaseCountsFrom(sentNanos, nanos());
                sessions.keptAlive(kind, session, alive, from, nanos());
              }
              then.run();
            });
  }

  // --- what the control asks for

  @Override
  public void takeLeases(boolean takeLong, boolean takeShort, int attempt) {
    List<Taken> taken = new ArrayList<>();
    take(
        takeLong,
        LeaseKind.LONG,
        attempt,
        taken,
        () ->
            take(
                takeShort,
                LeaseKind.SHORT,
                attempt,
                taken,
                () -> soon(() -> control.leasesTaken(taken, attempt, now()))));
  }

  private void take(boolean wanted, LeaseKind kind, int attempt, List<Taken> taken, Runnable then) {
    if (!wanted) {
      then.run();
      return;
    }
    long sentNanos = nanos();
    world
        .store()
        .lease(
            this,
            sessions.length(kind),
            answer -> {
              if (answer instanceof Answer.Ok<LeaseId>(LeaseId lease)) {
                long from = world.rules().leaseCountsFrom(sentNanos, nanos());
                taken.add(new Taken(kind, lease.value(), from));
                then.run();
              } else {
                failed(false, attempt);
              }
            });
  }

  private void failed(boolean leasesGone, int attempt) {
    soon(() -> control.failed(leasesGone, attempt, now()));
  }

  @Override
  public void register(int attempt) {
    Runnable then = () -> soon(() -> control.registered(attempt, now()));
    if (world.rules().registersBeforeReading()) {
      register(attempt, then);
    } else {
      then.run();
    }
  }

  private void register(int attempt, Runnable then) {
    register(LeaseKind.LONG, attempt, () -> register(LeaseKind.SHORT, attempt, then));
  }

  private void register(LeaseKind kind, int attempt, Runnable then) {
    world
        .store()
        .get(
            this,
            Keys.gateway(id, kind),
            answer -> {
              if (answer instanceof Answer.Ok<Optional<Entry>>(Optional<Entry> found)) {
                register(kind, attempt, found.map(Entry::version).orElse(StateStore.ABSENT), then);
              } else {
                failed(false, attempt);
              }
            });
  }

  private void register(LeaseKind kind, int attempt, long version, Runnable then) {
    Session session = sessions.registering(kind);
    world
        .store()
        .put(
            this,
            Keys.gateway(id, kind),
            new GatewayRecord(
                id,
                GatewayMode.LEASED,
                name,
                name,
                session.lease(),
                configuration.identity(name, options.longLease()),
                Simulation.ENGINE,
                Records.FORMAT),
            version,
            new LeaseId(session.lease()),
            Durability.SYNCED,
            answer -> {
              switch (answer) {
                case Answer.Ok<PutResult>(PutResult.Applied _) -> then.run();
                case Answer.Refused<PutResult> _ -> failed(true, attempt);
                case Answer.Ok<PutResult> _,
                    Answer.Away<PutResult> _,
                    Answer.Unknown<PutResult> _ ->
                    failed(false, attempt);
              }
            });
  }

  @Override
  public void readAll(boolean anew, int attempt) {
    world
        .store()
        .list(
            this,
            Keys.PARTITIONS,
            answer -> {
              if (answer instanceof Answer.Ok<Listing>(Listing all)) {
                List<Found> found = all.entries().stream().map(this::found).toList();
                Runnable then =
                    () -> {
                      soon(() -> control.routesRead(found, anew, attempt, now()));
                      follow(all.revision());
                    };
                if (anew && !world.rules().registersBeforeReading()) {
                  register(attempt, then);
                } else {
                  then.run();
                }
              } else {
                failed(false, attempt);
              }
            });
  }

  private void follow(long afterRevision) {
    if (follower != null) {
      follower.close();
    }
    follower =
        world
            .store()
            .follow(
                this,
                Keys.PARTITIONS,
                afterRevision,
                events -> soon(() -> events.forEach(this::changed)),
                () -> soon(() -> control.watchLost(now())));
  }

  private void changed(Event event) {
    switch (event) {
      case Event.Written w -> control.changed(found(w.entry()), now());
      case Event.Deleted d -> control.removed(Keys.partitionOf(d.key()));
    }
  }

  private Found found(Entry entry) {
    return world
        .codec()
        .partition(entry)
        .map(record -> Found.of(record, entry.version()))
        .orElseGet(
            () -> Found.corrupt(Keys.partitionOf(entry.key()), entry.version(), "does not check"));
  }

  @Override
  public void giveReceipt(PartitionId partition, long epoch, long shortLease) {
    receipts.give(partition, new GivenReceipt(epoch, shortLease));
  }

  /// The store has answered a receipt.
  void receiptEnded(PartitionId partition, GivenReceipt receipt, boolean given) {
    world.say(
        name,
        () ->
            "%s its receipt for %d under lease %x"
                .formatted(
                    given ? "has given" : "could not give", receipt.epoch(), receipt.shortLease()));
    soon(() -> control.receiptEnded(partition, receipt, given, now()));
  }

  @Override
  public void reopen(Partition next, long expectedVersion) {
    world.say(name, () -> "gives the hold of " + next.id() + " up");
    world
        .store()
        .put(
            this,
            Keys.partition(next.id()),
            next,
            world.rules().reopenExpects(expectedVersion),
            null,
            Durability.SYNCED,
            _ -> {});
  }

  @Override
  public void quiet(PartitionId partition, long epoch) {
    soon(() -> control.quiet(partition, epoch, now()));
  }

  // --- the data path

  @Override
  public RouteListener routes() {
    return path;
  }

  @Override
  void request(Op op, Consumer<Verdict> answer) {
    path.request(op, answer);
  }

  /// Whether both leases stand by now.
  boolean serving() {
    return sessions.longSession().holds(nanos()) && sessions.shortSession().holds(nanos());
  }

  @Override
  Optional<HomeId> takesWritesFor(Op.Target target) {
    return path.takesWritesFor(target);
  }
}
