package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Preflight;
import dev.drover.store.CountedStore;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.KeptRecord;
import dev.drover.store.records.KnownFleet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One controller: takes requests for moves, queues them, drives them, and takes over what it finds
/// undriven (docs/design.md, "Controllers and drivers").
public final class Controller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  static final long ROUND_MILLIS = 500;
  private static final long SEEN_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);
  private static final long SEEN_LOOK_NANOS = 1_000_000;

  private final ControllerOptions options;
  private final CountedStore store;
  private final Movers movers;
  private final Homes homes;
  private final Catalog catalog;
  private final Queue queue;
  private final Aborts aborts;
  private final History history;
  private final DriverClaims claims;
  private final Leadership leadership;
  private final Requests requests;
  private final Fallbacks fallbacks;
  private final Gateways fleet;
  private final Partitions partitions;
  private final Rechecks rechecks;
  private final Endings endings;
  private final Keeping keeping;
  private final Drivers drivers;
  private final Beginnings beginnings;
  private final Semaphore wakeUp = new Semaphore(0);
  private final Thread thread;
  private long catalogOfLead;
  private volatile boolean closed;
  private volatile String storeProblem = "";

  public Controller(
      ControllerOptions options, StateStore store, Map<Engine, Mover> movers, Homes homes) {
    this.options = options;
    this.store = new CountedStore(store);
    this.movers = new Movers(movers);
    this.homes = homes;
    this.catalog = new Catalog(this.store, this.movers, this::recordSeen);
    this.queue = new Queue(this.store, wakeUp::release);
    this.aborts = new Aborts(this.store);
    this.history = new History(this.store);
    this.claims = new DriverClaims(this.store, options);
    this.leadership = new Leadership(options, this.store, claims, wakeUp::release);
    this.requests = new Requests(options, this.movers, homes, catalog);
    this.fallbacks = new Fallbacks(options, this.store, catalog, homes);
    this.partitions = new Partitions(this.store, homes, catalog, this.movers, claims::giveUp);
    this.fleet = new Gateways(this.store, homes);
    this.rechecks =
        new Rechecks(
            options.clocks(), request -> Requests.accepted(preflight(request)), wakeUp::release);
    this.keeping = new Keeping(options.clocks(), this.store, this.movers);
    this.endings = new Endings(options.clocks(), history, claims, fallbacks, keeping);
    this.drivers =
        new Drivers(options, this.store, this.movers, claims, keeping, endings, wakeUp::release);
    this.beginnings =
        new Beginnings(
            options,
            this.store,
            catalog,
            queue,
            requests,
            rechecks,
            history,
            claims,
            drivers,
            endings);
    this.thread = Thread.ofVirtual().name("controller").unstarted(this::run);
  }

  /// Reads all records, and begins to drive, or waits for who drives to end.
  ///
  /// @throws StoreException.Refused if another server of this name runs on the same store
  public void start() throws StoreException, InterruptedException {
    leadership.start();
    if (leadership.leads()) {
      readAsLeader();
      drivers.takeOver(catalog.unsettled());
    } else {
      catalog.start();
    }
    thread.start();
  }

  /// Who led before may have made partitions known and dropped some until its end. What begins here
  /// goes by a catalog that shows that.
  private void readAsLeader() throws StoreException {
    if (catalogOfLead != claims.leadsTaken()) {
      catalogOfLead = 0;
      long lead = claims.leadsTaken();
      catalog.start();
      catalogOfLead = lead;
    }
  }

  /// Stops driving; the next controller resumes where this one stops.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    endings.close();
    leadership.close();
    drivers.close();
    catalog.close();
    queue.close();
    try {
      claims.close();
    } catch (StoreException e) {
      LOG.info("the controller's lease will end by itself: {}", e.getMessage());
    }
  }

  public ControllerOptions options() {
    return options;
  }

  public Homes homes() {
    return homes;
  }

  private void recordSeen(Catalog.Known found) {
    drivers.recordSeen(found);
  }

  Catalog catalog() {
    return catalog;
  }

  History history() {
    return history;
  }

  /// The store, which counts what this controller asks of it.
  public CountedStore store() {
    return store;
  }

  Gateways fleet() {
    return fleet;
  }

  Rechecks rechecks() {
    return rechecks;
  }

  Fallbacks fallbacks() {
    return fallbacks;
  }

  KnownFleet.Decoded gateways() {
    return drivers.gateways();
  }

  Leadership leadership() {
    return leadership;
  }

  /// Why the store cannot be used right now; empty if it can.
  public String storeProblem() {
    return storeProblem;
  }

  Optional<DriverShell> shell(PartitionId id) {
    return drivers.find(id);
  }

  /// The partitions that move or owe, or have a driver here.
  Set<PartitionId> busy() {
    Set<PartitionId> busy = new TreeSet<>(drivers.partitions());
    catalog.unsettled().forEach(known -> busy.add(known.partition().id()));
    return busy;
  }

  List<MoveRequest> queued() throws StoreException {
    return queue.all();
  }

  Keeping keeping() {
    return keeping;
  }

  /// Has what was set aside of a move dropped, or brought to where its partition is now.
  void decide(MoveId move, Kept.Decision decision) throws StoreException, ControlException {
    KeptRecord kept = keeping.existing(move);
    Catalog.Known known = find(kept.partition());
    keeping.decide(kept, decision, known, movers.of(known.partition()));
    wakeUp.release();
  }

  Endings endings() {
    return endings;
  }

  /// Makes a partition known, at rest at `home`.
  ///
  /// @return whether it is new
  public boolean create(PartitionId id, Placement home) throws StoreException {
    return partitions.create(id, home, requests.stamp(Hlc.ZERO));
  }

  /// Makes a partition known while gateways serve what it holds; only who begins moves may.
  ///
  /// @param home where what it holds is looked for until now
  /// @return whether it is new
  /// @throws ControlException if the partition around it moves or owes, or is elsewhere by now
  public boolean createServed(PartitionId id, Placement home)
      throws ControlException, StoreException {
    boolean made;
    synchronized (partitions) {
      made = partitions.createServed(id, home, queue.listed(), lead(), requests.stamp(Hlc.ZERO));
    }
    awaitSeen();
    return made;
  }

  /// So that whoever asks next is told of what was made known or dropped.
  private void awaitSeen() {
    long since = options.clocks().nanos();
    while (!partitions.seen() && options.clocks().nanos() - since < SEEN_NANOS_MAX) {
      LockSupport.parkNanos(SEEN_LOOK_NANOS);
    }
  }

  /// Drops a partition; only who begins moves may, or one could begin meanwhile.
  ///
  /// @throws ControlException if it moves or owes, or its content would be looked for elsewhere
  public void drop(PartitionId id) throws ControlException, StoreException {
    synchronized (partitions) {
      partitions.drop(id, queue.listed(), freeLead(id));
    }
    awaitSeen();
  }

  /// Looks whether [#drop] would be refused now.
  public void lookAtDrop(PartitionId id) throws ControlException, StoreException {
    partitions.look(id, queue.listed(), freeLead(id).isPresent());
  }

  /// The lease under which this controller begins moves.
  private LeaseId lead() throws ControlException {
    return claims
        .lead()
        .orElseThrow(
            () ->
                new ControlException(
                    Kind.CONFLICT,
                    "this server does not drive, so it neither makes partitions known nor drops any. Ask the server that 'drover status' names"));
  }

  /// The same, if no move of a partition can begin meanwhile.
  private Optional<LeaseId> freeLead(PartitionId id) throws ControlException {
    return Optional.of(lead()).filter(_ -> drivers.of(id) == null);
  }

  /// The homes that queued moves go to.
  public Set<HomeId> targetsOfQueued() throws StoreException {
    return queue.listed().stream().map(MoveRequest::to).collect(Collectors.toSet());
  }

  /// The operator's word that a gateway is dead: its leases are ended, and no move waits for it.
  ///
  /// @param force also while its leases stand
  /// @return for how long certificates do not hold, because it may still serve
  /// @throws ControlException if there is none, or its leases stand and nobody forces it
  public Duration forget(GatewayId id, boolean force) throws StoreException, ControlException {
    return fleet.forget(id, force, options.clocks().wallMillis());
  }

  /// The number of the configuration that was applied last; 0 if none was.
  public long lastApplied() throws StoreException {
    return fleet.lastApplied();
  }

  /// Gateways that have not answered yet to the configuration that was applied last.
  public Set<GatewayId> unansweredGateways() throws StoreException {
    return fleet.unanswered();
  }

  /// In what the gateways that are registered differ from this server's configuration; empty for
  /// one that does not.
  public Map<GatewayId, List<String>> differingGateways() throws StoreException {
    Map<GatewayId, List<String>> all = new TreeMap<>();
    fleet.views().forEach(each -> all.put(new GatewayId(each.id()), each.differs()));
    return all;
  }

  /// What would happen.
  ///
  /// @throws ControlException if the move cannot even be looked at
  public Preflight preflight(MoveRequest request) throws ControlException {
    Catalog.Known known = requests.movable(request);
    try {
      return movers
          .of(known.partition())
          .preflight(requests.task(known.partition(), request, known.partition().term() + 1))
          .and(fallbacks.unreached(request))
          .and(fleet.unaware(known.partition().id().engine(), request.to()))
          .and(tooOld(known.partition()));
    } catch (MoverException | StoreException e) {
      throw new ControlException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  /// Who could not read the record of a move whose source refuses everybody in a hold: it would
  /// send writes there.
  private List<Preflight.Finding> tooOld(Partition partition) throws StoreException {
    SourceFence fence = movers.traits(partition.id().engine()).sourceFence();
    Set<String> older = fence == SourceFence.EVERYONE ? new Formats(store).older(2) : Set.of();
    return older.isEmpty()
        ? List.of()
        : List.of(
            new Preflight.Finding(
                Preflight.Severity.REFUSAL,
                "versions",
                "%s are of a version that does not know how such a move is held. Upgrade or stop them, then ask again"
                    .formatted(String.join(", ", older))));
  }

  /// Looks, and if nothing speaks against it queues the move; it begins as soon as its homes have
  /// room.
  ///
  /// @throws ControlException with kind PREFLIGHT if the look refuses it
  public MoveId submit(MoveBody body) throws ControlException, StoreException {
    MoveRequest request = request(body);
    Requests.accepted(preflight(request));
    rechecks.passed(request.id());
    submit(request);
    return request.id();
  }

  /// What a body asks for, with a name and a place in the queue.
  MoveRequest request(MoveBody body) throws ControlException {
    return body.or(options.moves())
        .request(requests::named, options.moveIds().get(), options.clocks().wallMillis());
  }

  private void submit(MoveRequest request) throws ControlException, StoreException {
    Catalog.Known known = requests.movable(request);
    Optional<MoveRequest> instead = queue.add(request);
    if (instead.isPresent()) {
      endings.notBegun(
          instead.get(),
          known.partition(),
          "its home is lost, and '" + request.to() + "' takes over");
    }
    wakeUp.release();
  }

  /// Aborts a queued move, or asks the driver of a running one to.
  public void abort(PartitionId id, String reason) throws ControlException, StoreException {
    Partition now;
    // Not while moves begin: one that is about to would be dropped from the queue, and go on.
    synchronized (partitions) {
      now = newest(id);
      if (queue.drop(id, now.move().map(Move::id))) {
        return;
      }
    }
    if (!(now.ownership() instanceof Ownership.Moving m)) {
      throw new ControlException(Kind.CONFLICT, "partition '" + id + "' does not move");
    }
    if (m instanceof Ownership.Opening) {
      throw requests.notAborted(now);
    }
    DriverShell shell = drivers.of(id);
    if (shell == null && !leadership.leads()) {
      aborts.ask(new Aborts.Asked(id, m.move().id(), reason));
      return;
    }
    if (shell == null) {
      throw new ControlException(
          Kind.UNAVAILABLE,
          "no driver has taken the move of '" + id + "' over yet; try again in a moment");
    }
    shell.abort(reason);
  }

  /// The record as its driver knows it, which knows of a move before the catalog does.
  private Partition newest(PartitionId id) throws ControlException {
    Partition seen = find(id).partition();
    return shell(id).map(each -> each.driver().partition()).orElse(seen);
  }

  Catalog.Known find(PartitionId id) throws ControlException {
    return requests.find(id);
  }

  /// The partition that people mean by a name.
  PartitionId named(@Nullable String name) throws ControlException {
    return requests.named(name);
  }

  Movers movers() {
    return movers;
  }

  private void run() {
    try {
      while (!closed) {
        boolean woken = wakeUp.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        try {
          if (!woken || !leadership.leads() || leadership.due()) {
            round();
          }
          synchronized (partitions) {
            if (begins() && beginnings.begin(leadership)) {
              wakeUp.release();
            }
          }
          storeProblem = "";
        } catch (StoreException e) {
          storeProblem = String.valueOf(e.getMessage());
          LOG.warn(
              "no move can be begun or ended for now, because of the store: {}", e.getMessage());
        } catch (RuntimeException defect) {
          storeProblem = "a defect in the controller: " + defect;
          LOG.error("a defect in a round of the controller; the next round comes", defect);
          Thread.sleep(ROUND_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean begins() {
    return leadership.leads()
        && claims.lead().isPresent()
        && catalogOfLead == claims.leadsTaken()
        && partitions.seen();
  }

  private void round() throws StoreException {
    leadership.renew();
    boolean leads = leadership.leads();
    if (leads) {
      readAsLeader();
      drivers.takeOver(catalog.unsettled());
      aborts.hear(this::heard);
    }
    // Last: what is driven must not wait for what is said of homes, nor for a word that is corrupt.
    fallbacks.look();
    if (leads) {
      fallbacks.takeOver(this::submit);
    }
  }

  private Aborts.Heard heard(Aborts.Asked asked) {
    Optional<Partition> now = catalog.find(asked.partition()).map(Catalog.Known::partition);
    if (!Aborts.meant(asked, now.flatMap(Partition::move).map(Move::id))) {
      return Aborts.Heard.DONE;
    }
    DriverShell shell = drivers.of(asked.partition());
    if (shell == null) {
      return Aborts.Heard.LATER;
    }
    shell.abort(asked.reason());
    return Aborts.Heard.DONE;
  }
}
