package dev.drover.gateway;

import dev.drover.core.Moment;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.Membership;
import dev.drover.core.fleet.View;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway's control side: takes the leases, registers, follows the records, moves the gates and
/// gives the receipts. The data path reads the gates and never waits for this.
///
/// All state belongs to one [Owner], which takes [Message]s in order. What may block, the store's
/// calls, runs beside it and answers with a message.
public final class GatewayAgent implements AutoCloseable {
  static final Logger LOG = LoggerFactory.getLogger(GatewayAgent.class);
  private static final int MAILBOX_MAX = 65_536;

  private final GatewayOptions options;
  private final StateStore store;
  private final RouteListener listener;
  private final Leases leases;
  private final Owner<Message> owner;
  private final Thread keepAlive =
      Thread.ofVirtual().name("gateway-keep-alive").unstarted(this::keepAlive);
  private final Map<PartitionId, ServedPartition> served = new ConcurrentHashMap<>();

  /// Those that are to be woken.
  private final Set<ServedPartition> timed = new HashSet<>();

  private final Map<String, String> problems = new ConcurrentSkipListMap<>();
  private volatile Membership membership = new Membership.Leasing(true, true);
  private volatile boolean closed;
  private Guard rest;
  private int joins;
  private long membershipWakeNanos = Long.MAX_VALUE;
  private volatile @Nullable Watch watch;

  private sealed interface Message {
    /// Something about the membership has happened.
    record Joined(Membership.Event event) implements Message {}

    /// @param joins how often the gateway had begun to join when the read was asked for
    record RoutesRead(Listing listing, boolean anew, int joins) implements Message {}

    record Changed(List<WatchListener.Event> events) implements Message {}

    record Quiet(PartitionId partition, long epoch) implements Message {}

    record Receipt(PartitionId partition, long epoch, boolean given) implements Message {}
  }

  public GatewayAgent(GatewayOptions options, StateStore store, RouteListener listener) {
    this.options = options;
    this.store = store;
    this.listener = listener;
    this.leases = new Leases(store, options.leases(), options.nanoClock());
    this.rest = new Guard(leases.longSession());
    this.owner =
        new Owner<>(MAILBOX_MAX, this::take, this::wake, this::broken, options.nanoClock());
  }

  /// Begins to join. Serving begins as soon as the store answers.
  public void start() {
    owner.post(new Message.Joined(Membership.Event.STARTED));
    owner.start();
    keepAlive.start();
  }

  public Health health() {
    long now = options.nanoClock().getAsLong();
    boolean serving = leases.longSession().holds(now);
    boolean moving = leases.shortSession().holds(now);
    List<String> wrong = new ArrayList<>();
    if (!serving) {
      wrong.add("no long lease: no partition is served until the store answers");
    } else if (!moving) {
      wrong.add("no short lease: partitions that move are not served until the store answers");
    }
    problems.forEach((name, problem) -> wrong.add(name + ": " + problem));
    return new Health(serving, moving, membership.getClass().getSimpleName(), served.size(), wrong);
  }

  /// The partitions as this gateway knows them.
  public List<View> views() {
    return served.values().stream().map(ServedPartition::view).toList();
  }

  /// Stops following, and gives the leases back. In-flight requests should be done before.
  @Override
  public void close() {
    closed = true;
    owner.close();
    keepAlive.interrupt();
    Watch running = watch;
    if (running != null) {
      running.close();
    }
    try {
      leases.revoke();
    } catch (StoreException e) {
      LOG.info("the leases could not be given back and will end by themselves: {}", e.getMessage());
    }
  }

  // --- in the owner's turn

  /// Lets the leases end: partitions are served no longer than they hold, and moves pass by.
  private void broken(RuntimeException bug) {
    LOG.error("a bug stopped this gateway's control; restart it", bug);
    problems.put("control", "stopped by a bug: " + bug);
    keepAlive.interrupt();
  }

  private long wake() {
    Moment now = now();
    if (now.nanos() - membershipWakeNanos >= 0 && membershipWakeNanos != Long.MAX_VALUE) {
      membershipWakeNanos = Long.MAX_VALUE;
      joined(Membership.Event.TIME_CAME);
    }
    for (ServedPartition each : ServedPartition.due(timed, now.nanos())) {
      on(each, new View.Event.TimeCame());
    }
    long next = Math.min(now.nanos() + TimeUnit.SECONDS.toNanos(1), membershipWakeNanos);
    for (ServedPartition each : timed) {
      next = Math.min(next, each.wakeAtNanos());
    }
    return next;
  }

  private void take(Message message) {
    switch (message) {
      case Message.Joined j -> joined(j.event());
      case Message.RoutesRead r -> routesRead(r);
      case Message.Changed c -> c.events().forEach(this::changed);
      case Message.Quiet q -> {
        ServedPartition each = served.get(q.partition());
        // Final for its epoch, and told once: asking the gate again would lose it, for a write that
        // is just being turned away counts there for a moment. A message that is old names an epoch
        // that the view has left.
        if (each != null) {
          on(each, new View.Event.Quiet(q.epoch()));
        }
      }
      case Message.Receipt r -> {
        ServedPartition each = served.get(r.partition());
        if (each != null) {
          on(
              each,
              r.given()
                  ? new View.Event.ReceiptGiven(r.epoch())
                  : new View.Event.ReceiptFailed(r.epoch()));
        }
      }
    }
  }

  private void joined(Membership.Event event) {
    Membership.Decision decision = Membership.decide(membership, event, now());
    if (!decision.next().equals(membership)) {
      LOG.debug("membership {} -> {} by {}", membership, decision.next(), event);
    }
    membership = decision.next();
    for (Membership.Effect effect : decision.effects()) {
      switch (effect) {
        case Membership.Effect.TakeLeases take -> {
          joins++;
          beside(
              () -> leases.take(take.takeLong(), take.takeShort()), Membership.Event.LEASES_TAKEN);
        }
        case Membership.Effect.Register _ -> beside(this::register, Membership.Event.REGISTERED);
        case Membership.Effect.ReadAll read ->
            Thread.ofVirtual().name("read-all").start(new ReadAll(read.anew(), joins));
        case Membership.Effect.WakeAt wake -> membershipWakeNanos = wake.nanos();
      }
    }
  }

  private void routesRead(Message.RoutesRead read) {
    if (read.joins() != joins) {
      return;
    }
    if (read.anew()) {
      leases.adopt();
    }
    Set<PartitionId> gone = new HashSet<>(served.keySet());
    for (Entry entry : read.listing().entries()) {
      gone.remove(Keys.partitionOf(entry.key()));
      written(entry, read.anew() ? View.Event.Rejoined::new : View.Event.Reread::new);
    }
    gone.forEach(this::removed);
    joined(Membership.Event.ROUTES_READ);
    if (!rest.servesAs(leases.longSession())) {
      rest = new Guard(leases.longSession());
    }
    listener.joined(rest);
  }

  private void changed(WatchListener.Event event) {
    switch (event) {
      case WatchListener.Event.Written w -> written(w.entry(), View.Event.Seen::new);
      case WatchListener.Event.Deleted d -> removed(Keys.partitionOf(d.key()));
    }
  }

  private void written(Entry entry, BiFunction<Partition, Long, View.Event> event) {
    PartitionId id = Keys.partitionOf(entry.key());
    ServedPartition each = served.get(id);
    try {
      Partition partition = Records.decode(entry.key(), entry.value(), Partition.class);
      problems.remove(entry.key());
      if (each == null) {
        add(partition, entry.version());
      } else {
        on(each, event.apply(partition, entry.version()));
      }
    } catch (StoreException.Corrupt e) {
      LOG.error("partition '{}' is not served: {}", id, e.getMessage());
      problems.put(entry.key(), String.valueOf(e.getMessage()));
      if (each != null) {
        each.stop();
        listener.routed(each.gate());
      }
    }
  }

  private void add(Partition partition, long version) {
    PartitionId id = partition.id();
    ReceiptWriter receipts =
        new ReceiptWriter(
            store,
            Keys.receipt(id, options.id()),
            (epoch, given) -> owner.post(new Message.Receipt(id, epoch, given)));
    ServedPartition each =
        new ServedPartition(
            partition,
            version,
            options.stripes(),
            leases,
            options.leases().shortLease(),
            receipts,
            epoch -> owner.postLater(new Message.Quiet(id, epoch)));
    served.put(id, each);
    reopen(each, each.first(now()));
    time(each);
    listener.added(each.gate());
  }

  private void removed(PartitionId id) {
    ServedPartition each = served.remove(id);
    if (each != null) {
      each.stop();
      timed.remove(each);
      listener.removed(id);
    }
  }

  private void on(ServedPartition each, View.Event event) {
    long before = each.view().partition().epoch();
    boolean anew = event instanceof View.Event.Rejoined;
    reopen(each, each.on(event, now()));
    time(each);
    if (anew || each.view().partition().epoch() != before) {
      LOG.debug(
          "partition '{}' epoch {}: {}",
          each.gate().partition(),
          each.view().partition().epoch(),
          each.view().partition().ownership().label());
      listener.routed(each.gate());
    }
  }

  private void time(ServedPartition each) {
    if (each.wakeAtNanos() == Long.MAX_VALUE) {
      timed.remove(each);
    } else {
      timed.add(each);
    }
  }

  private void reopen(ServedPartition each, ServedPartition.@Nullable Reopening reopening) {
    if (reopening == null) {
      return;
    }
    LOG.warn(
        "partition '{}' was held for longer than its budget; its driver may be dead, so this gateway gives the hold up",
        each.gate().partition());
    Thread.ofVirtual()
        .name("reopen")
        .start(
            () -> {
              try {
                store.put(
                    Keys.partition(reopening.next().id()),
                    Records.encode(reopening.next()),
                    reopening.expectedVersion(),
                    null);
              } catch (StoreException e) {
                LOG.warn("giving the hold up failed and is tried again: {}", e.getMessage());
              }
            });
  }

  // --- beside it

  private final class ReadAll implements Runnable {
    private final boolean anew;
    private final int asOfJoins;

    ReadAll(boolean anew, int asOfJoins) {
      this.anew = anew;
      this.asOfJoins = asOfJoins;
    }

    @Override
    public void run() {
      try {
        Watch before = watch;
        if (before != null) {
          before.close();
        }
        Listing listing = store.list(Keys.PARTITIONS);
        owner.post(new Message.RoutesRead(listing, anew, asOfJoins));
        follow(listing.revision());
      } catch (StoreException e) {
        storeAway(e);
      }
    }
  }

  /// Without a watch the gateway would never learn of a move, so a failure is a lost watch: all is
  /// read again.
  private void follow(long afterRevision) {
    Follower follower = new Follower();
    try {
      watch = store.watch(Keys.PARTITIONS, afterRevision, follower);
    } catch (StoreException e) {
      follower.lost(e);
    }
  }

  private void register() throws StoreException {
    put(LeaseKind.LONG, leases.registering(LeaseKind.LONG));
    put(LeaseKind.SHORT, leases.registering(LeaseKind.SHORT));
  }

  private void put(LeaseKind kind, Session session) throws StoreException {
    GatewayRecord record =
        new GatewayRecord(
            options.id(), options.mode(), options.address(), options.process(), session.lease());
    store.put(
        Keys.gateway(options.id(), kind),
        Records.encode(record),
        StateStore.ANY,
        new LeaseId(session.lease()));
  }

  private interface StoreCall {
    void call() throws StoreException;
  }

  private void beside(StoreCall call, Membership.Event then) {
    Thread.ofVirtual()
        .name("gateway-join")
        .start(
            () -> {
              try {
                call.call();
                owner.post(new Message.Joined(then));
              } catch (StoreException.Refused e) {
                LOG.info("the leases are gone and are taken again: {}", e.getMessage());
                owner.post(new Message.Joined(Membership.Event.LEASES_GONE));
              } catch (StoreException e) {
                storeAway(e);
              }
            });
  }

  private void storeAway(StoreException e) {
    LOG.info("the store does not answer, so this is tried again: {}", e.getMessage());
    owner.post(new Message.Joined(Membership.Event.STORE_AWAY));
  }

  private void keepAlive() {
    try {
      while (!closed) {
        Thread.sleep(options.leases().keepAlive());
        try {
          leases.renew();
        } catch (StoreException e) {
          LOG.debug("keep-alive: {}", e.getMessage());
        }
        long now = options.nanoClock().getAsLong();
        if (!leases.registering(LeaseKind.LONG).holds(now)
            && !(membership instanceof Membership.Leasing)) {
          owner.post(new Message.Joined(Membership.Event.LONG_ENDED));
        } else if (!leases.registering(LeaseKind.SHORT).holds(now)
            && !(membership instanceof Membership.Leasing)) {
          owner.post(new Message.Joined(Membership.Event.SHORT_ENDED));
        }
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
      owner.post(new Message.Changed(events));
    }

    @Override
    public void lost(StoreException why) {
      LOG.info("the watch was lost, so all records are read again: {}", why.getMessage());
      owner.post(new Message.Joined(Membership.Event.WATCH_LOST));
    }
  }

  private Moment now() {
    return new Moment(options.nanoClock().getAsLong(), options.wallMillis().getAsLong());
  }

  /// Whether this gateway reads the record for every request.
  public boolean fresh() {
    return options.mode() == GatewayMode.FRESH;
  }
}
