package dev.drover.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Moment;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayControl;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.fleet.Membership;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.fleet.Sessions;
import dev.drover.core.fleet.View;
import dev.drover.store.Entry;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.records.SeenRecord;
import dev.drover.store.trace.Leg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway's control side: takes the leases, registers, follows the records, moves the gates and
/// gives the receipts, as its [GatewayControl] decides. The data path reads the gates and never
/// waits for this.
///
/// The control belongs to one [Owner], which takes [Message]s in order. What may block, the store's
/// calls, runs beside it and answers with a message.
public final class GatewayAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayAgent.class);
  private static final int MAILBOX_MAX = 65_536;

  private final GatewayOptions options;
  private final StateStore store;
  private final HoldReport routes;
  private final RoutesLater routesLater;
  private final Sessions sessions;
  private final Leases leases;
  private final Registration registration;
  private final Past past;
  private final GatewayControl control;
  private final Owner<Message> owner;
  private final Thread keepAlive =
      Thread.ofVirtual().name("gateway-keep-alive").unstarted(this::keepAlive);
  private final Map<PartitionId, ReceiptWriter> receipts = new HashMap<>();
  private volatile String broken = "";
  private volatile boolean closed;
  private volatile @Nullable Watch watch;

  /// Something that has happened, in the owner's turn.
  private interface Message {
    void take(Moment now);
  }

  public GatewayAgent(GatewayOptions options, StateStore store, RouteListener listener) {
    this.options = options;
    this.store = store;
    this.sessions = new Sessions(options.leases());
    this.routes = new HoldReport(options, store, sessions, listener);
    this.routesLater = new RoutesLater(routes, this::tellRoutesLater, options.clocks().nanoClock());
    this.leases = new Leases(store, sessions, options.clocks().nanoClock());
    this.registration = new Registration(options, store, sessions);
    this.past = new Past(options, store);
    this.control = new GatewayControl(options.leases(), options.stripes(), sessions, new Shell());
    this.owner =
        new Owner<>(
            MAILBOX_MAX, this::take, this::wake, this::broken, options.clocks().nanoClock());
  }

  /// Begins to join. Serving begins as soon as the store answers.
  public void start() {
    owner.post(control::start);
    owner.start();
    keepAlive.start();
    routes.start();
  }

  public Health health() {
    long now = options.clocks().nanos();
    boolean serving = sessions.longSession().holds(now);
    boolean moving = sessions.shortSession().holds(now);
    List<String> wrong = new ArrayList<>();
    if (!serving) {
      wrong.add("no long lease: no partition is served until the store answers");
    } else if (!moving) {
      wrong.add("no short lease: partitions that move are not served until the store answers");
    }
    String refused = registration.refused().isEmpty() ? past.refused() : registration.refused();
    if (!refused.isEmpty()) {
      wrong.add(refused);
    }
    if (!broken.isEmpty()) {
      wrong.add("control: " + broken);
    }
    Set<HomeId> homes = registration.identity().homeIds();
    control.views().forEach(view -> unknownHomes(view.partition(), homes).forEach(wrong::add));
    control.problems().forEach((id, problem) -> wrong.add("partition '" + id + "': " + problem));
    return new Health(
        serving,
        moving,
        control.membership().getClass().getSimpleName(),
        control.views().size(),
        refused,
        wrong);
  }

  /// Where this gateway's clients are refused, because its configuration misses a home.
  private static List<String> unknownHomes(Partition p, Set<HomeId> homes) {
    List<HomeId> all =
        p.ownership() instanceof Ownership.Moving m
            ? List.of(m.from().home(), m.to().home())
            : List.of(p.ownership().reads().home());
    return all.stream()
        .filter(home -> !homes.contains(home))
        .map(
            home ->
                "'%s' %s home '%s', which this gateway's configuration does not name: its clients are refused there. Add the home to the configuration, and restart this gateway"
                    .formatted(
                        p.id(),
                        p.moving() ? "moves between homes, one of which is" : "is at",
                        home))
        .toList();
  }

  /// The partitions as this gateway knows them.
  public List<View> views() {
    return control.views();
  }

  /// Has the gateway say this of itself from now on: it registers anew under the leases that it
  /// has. One that has none registers as soon as it has.
  ///
  /// @throws StoreException if the store has not taken it; the next registration says it in any
  ///   case
  public void identify(GatewayIdentity now) throws StoreException {
    registration.say(now);
    if (!(control.membership() instanceof Membership.Leasing)) {
      registration.put();
    }
  }

  /// Stops following, and gives the leases back. In-flight requests should be done before.
  @Override
  public void close() {
    closed = true;
    owner.close();
    keepAlive.interrupt();
    routes.close();
    Watch running = watch;
    if (running != null) {
      running.close();
    }
    options.memory().close();
    try {
      leases.revoke();
    } catch (StoreException e) {
      LOG.info("the leases could not be given back and will end by themselves: {}", e.getMessage());
    }
  }

  // --- in the owner's turn

  /// Lets the leases end: partitions are served no longer than they hold, and moves pass by.
  private void broken(Throwable bug) {
    LOG.error("a bug stopped this gateway's control; restart it", bug);
    broken = "stopped by a bug: " + bug;
    keepAlive.interrupt();
  }

  private long wake() {
    Moment now = now();
    routesLater.tellHeld();
    return Math.min(now.nanos() + TimeUnit.SECONDS.toNanos(1), control.wake(now));
  }

  private void tellRoutesLater() {
    owner.postLater(_ -> routesLater.tell());
  }

  private void take(Message message) {
    Membership before = control.membership();
    message.take(now());
    if (!control.membership().equals(before)) {
      LOG.debug("membership {} -> {}", before, control.membership());
    }
  }

  /// @param toldNanos when the watch told it, if that is recorded
  private void changed(WatchListener.Event event, long toldNanos, Moment now) {
    Optional<PartitionId> mine = mine(event.key());
    if (mine.isEmpty()) {
      return;
    }
    switch (event) {
      case WatchListener.Event.Written w -> {
        Found found = found(mine.get(), w.entry());
        control.changed(found, now);
        long epoch = found.partition().map(Partition::epoch).orElse(0L);
        Leg.ended("record is applied", mine.get(), epoch, toldNanos);
        found.partition().ifPresent(record -> options.memory().saw(record, w.revision()));
      }
      case WatchListener.Event.Deleted d -> {
        PartitionId id = mine.get();
        options.memory().forgot(id);
        control.removed(id);
        receipts.remove(id);
      }
    }
  }

  /// The partition of this gateway's engine whose record has this key. Others are none of its
  /// business, whatever they are called.
  private Optional<PartitionId> mine(String key) {
    try {
      return Optional.of(Keys.partitionOf(key)).filter(id -> id.engine().equals(options.engine()));
    } catch (IllegalArgumentException e) {
      LOG.error("'{}' in the store names no partition: {}", key, e.getMessage());
      return Optional.empty();
    }
  }

  private static Found found(PartitionId id, Entry entry) {
    try {
      return Found.of(Records.decode(entry.key(), entry.value(), Partition.class), entry.version());
    } catch (StoreException.Corrupt e) {
      LOG.error("partition '{}' is not served: {}", id, e.getMessage());
      return Found.corrupt(id, entry.version(), String.valueOf(e.getMessage()));
    }
  }

  /// Called by the control, in the owner's turn.
  private final class Shell implements GatewayControl.Shell {
    @Override
    public void takeLeases(boolean takeLong, boolean takeShort, int attempt) {
      beside(
          attempt,
          () -> {
            List<Taken> taken = leases.take(takeLong, takeShort);
            owner.post(now -> control.leasesTaken(taken, attempt, now));
          });
    }

    @Override
    public void register(int attempt) {
      beside(
          attempt,
          () -> {
            registration.put();
            owner.post(now -> control.registered(attempt, now));
          });
    }

    @Override
    public void readAll(boolean anew, int attempt) {
      beside(attempt, () -> readThenFollow(anew, attempt));
    }

    @Override
    public void giveReceipt(PartitionId id, long epoch, long shortLease) {
      long begun = Leg.begun();
      receipts
          .computeIfAbsent(
              id,
              _ ->
                  new ReceiptWriter(
                      store,
                      Keys.receipt(id, options.id()),
                      (ended, given) ->
                          owner.post(now -> control.receiptEnded(id, ended, given, now))))
          .give(epoch, shortLease);
      Leg.ended("receipt is sent", id, epoch, begun);
    }

    @Override
    public void reopen(Partition next, long expectedVersion) {
      LOG.warn(
          "partition '{}' was held for longer than its budget; its driver may be dead, so this gateway gives the hold up",
          next.id());
      Thread.ofVirtual()
          .name("reopen")
          .start(
              () -> {
                try {
                  store.put(Keys.partition(next.id()), Records.encode(next), expectedVersion, null);
                } catch (StoreException e) {
                  LOG.warn("giving the hold up failed and is tried again: {}", e.getMessage());
                }
              });
    }

    @Override
    public void quiet(PartitionId partition, long epoch) {
      long begun = Leg.begun();
      owner.postLater(
          now -> {
            Leg.ended("owner hears that no pass is out", partition, epoch, begun);
            control.quiet(partition, epoch, now);
          });
    }

    @Override
    public RouteListener routes() {
      return routesLater;
    }
  }

  // --- beside it

  private interface StoreCalls {
    void call() throws StoreException;
  }

  /// A store that refuses is asked again, but not as fast as it can refuse.
  private static boolean pause() {
    try {
      Thread.sleep(Membership.RETRY);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// Of the platform: to read a million records takes seconds of a CPU, and virtual threads share
  /// as many as there are. The keep-alive and the connection's pings are among them.
  private void beside(int attempt, StoreCalls calls) {
    Thread.ofPlatform()
        .daemon()
        .name("gateway-join")
        .start(
            () -> {
              try {
                calls.call();
              } catch (StoreException.Refused e) {
                LOG.warn(
                    "the store refused this gateway's registration or leases; it takes new leases and registers again: {}",
                    e.getMessage());
                if (pause()) {
                  owner.post(now -> control.failed(true, attempt, now));
                }
              } catch (StoreException e) {
                LOG.info("joining the fleet failed and is tried again: {}", e.getMessage());
                owner.post(now -> control.failed(false, attempt, now));
              } catch (RuntimeException | Error bug) {
                // Nobody would answer the control otherwise, and it would wait for that for good.
                owner.post(
                    _ -> {
                      throw new IllegalStateException("a bug while joining the fleet", bug);
                    });
              }
            });
  }

  private void readThenFollow(boolean anew, int attempt) throws StoreException {
    // What the watch brings while this is read is newer than the listing, and proves nothing of it.
    SeenRecord seen = options.memory().seen();
    Listing listing = store.list(Keys.PARTITIONS);
    List<Found> all =
        listing.entries().stream()
            .flatMap(entry -> mine(entry.key()).map(id -> found(id, entry)).stream())
            .toList();
    past.check(seen, all, listing.revision());
    owner.post(now -> control.routesRead(all, anew, attempt, now));
    follow(listing.revision());
  }

  /// Without a watch the gateway would never learn of a move, so a failure is a lost watch: all is
  /// read again.
  private synchronized void follow(long afterRevision) {
    Watch before = watch;
    if (before != null) {
      before.close();
    }
    Follower follower = new Follower();
    try {
      watch = store.watch(Keys.PARTITIONS, afterRevision, follower);
    } catch (StoreException e) {
      follower.lost(e);
    }
  }

  private void keepAlive() {
    try {
      while (!closed) {
        Thread.sleep(options.leases().keepAlive());
        try {
          leases.renew();
          if (!(control.membership() instanceof Membership.Leasing)) {
            registration.tellMore();
          }
        } catch (StoreException e) {
          LOG.debug("keep-alive: {}", e.getMessage());
        }
        control
            .lapsed(options.clocks().nanos())
            .ifPresent(kind -> owner.post(now -> control.leaseEnded(kind, now)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Follower implements WatchListener {
    @Override
    public boolean prompt() {
      return true;
    }

    @Override
    public void changed(List<Event> events) {
      long told = Leg.begun();
      owner.post(now -> events.forEach(event -> GatewayAgent.this.changed(event, told, now)));
    }

    @Override
    public void lost(StoreException why) {
      LOG.info("the watch was lost, so all records are read again: {}", why.getMessage());
      owner.post(control::watchLost);
    }
  }

  private Moment now() {
    return options.clocks().now();
  }
}
