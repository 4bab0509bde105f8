package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Transition;
import dev.drover.core.driver.Outcome;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.Preflight;
import dev.drover.store.CountedStore;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.KeptRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownFleet;
import dev.drover.store.records.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One controller: takes requests for moves, queues them, drives them, and takes over what it finds
/// undriven (docs/design.md, "Controllers and drivers").
public final class Controller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  static final long ROUND_MILLIS = 500;

  private final ControllerOptions options;
  private final CountedStore store;
  private final Map<Engine, Mover> movers;
  private final Homes homes;
  private final Catalog catalog;
  private final Queue queue;
  private final Aborts aborts;
  private final History history;
  private final DriverClaims claims;
  private final KnownFleet.Decoded gateways = new KnownFleet.Decoded();
  private final Leadership leadership;
  private final Requests requests;
  private final Fallbacks fallbacks;
  private final Gateways fleet;
  private final Scopes scopes;
  private final Rechecks rechecks;
  private final Endings endings;
  private final Keeping keeping;
  private final Map<PartitionId, DriverShell> shells = new ConcurrentHashMap<>();
  private final Semaphore wakeUp = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private volatile String storeProblem = "";

  public Controller(
      ControllerOptions options, StateStore store, Map<Engine, Mover> movers, Homes homes) {
    this.options = options;
    this.store = new CountedStore(store);
    this.movers = Map.copyOf(movers);
    this.homes = homes;
    this.catalog = new Catalog(this.store, this::recordSeen);
    this.queue = new Queue(this.store, wakeUp::release);
    this.aborts = new Aborts(this.store);
    this.history = new History(this.store);
    this.claims = new DriverClaims(this.store, options);
    this.leadership = new Leadership(options, this.store, claims, wakeUp::release);
    this.requests = new Requests(options, this.movers, homes, catalog);
    this.fallbacks = new Fallbacks(options, this.store, catalog);
    this.scopes = new Scopes(this.store, homes, catalog);
    this.fleet = new Gateways(this.store, homes);
    this.rechecks =
        new Rechecks(
            options.clocks(), request -> Requests.accepted(preflight(request)), wakeUp::release);
    this.keeping = new Keeping(options.clocks(), this.store);
    this.endings = new Endings(options.clocks(), history, claims, fallbacks, keeping);
    this.thread = Thread.ofVirtual().name("controller").unstarted(this::run);
  }

  /// Reads all records, and begins to drive, or waits for who drives to end.
  ///
  /// @throws StoreException.Refused if another server of this name runs on the same store
  public void start() throws StoreException, InterruptedException {
    catalog.start();
    leadership.start();
    if (leadership.leads()) {
      takeOverUndriven();
    }
    thread.start();
  }

  /// Stops driving; the next controller resumes where this one stops.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    endings.close();
    leadership.close();
    shells.values().forEach(DriverShell::close);
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

  /// What another party has changed is told to the driver whose partition it is.
  private void recordSeen(Catalog.Known found) {
    DriverShell shell = shells.get(found.partition().id());
    if (shell != null) {
      shell.recordSeen(found.partition(), found.version());
    }
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
    return gateways;
  }

  Leadership leadership() {
    return leadership;
  }

  /// Why the store cannot be used right now; empty if it can.
  public String storeProblem() {
    return storeProblem;
  }

  Optional<DriverShell> shell(PartitionId id) {
    return Optional.ofNullable(shells.get(id));
  }

  /// The partitions that move or owe, or have a driver here.
  Set<PartitionId> busy() {
    Set<PartitionId> busy = new TreeSet<>(shells.keySet());
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
    keeping.decide(kept, decision, known, requests.mover(known.partition()));
    wakeUp.release();
  }

  Endings endings() {
    return endings;
  }

  /// Makes a partition known, at rest at `home`.
  ///
  /// @return whether it is new
  public boolean create(PartitionId id, Engine engine, Placement home) throws StoreException {
    return scopes.create(id, engine, home, requests.stamp(Hlc.ZERO));
  }

  /// Drops a partition; only who begins moves may, or one could begin meanwhile.
  void drop(PartitionId id) throws ControlException, StoreException {
    synchronized (scopes) {
      scopes.drop(id, queue.listed(), leadership.leads() && !shells.containsKey(id));
    }
  }

  /// What would happen.
  ///
  /// @throws ControlException if the move cannot even be looked at
  public Preflight preflight(MoveRequest request) throws ControlException {
    Catalog.Known known = requests.movable(request);
    try {
      return requests
          .mover(known.partition())
          .preflight(requests.task(known.partition(), request, known.partition().term() + 1))
          .and(fallbacks.unreached(request))
          .and(fleet.unaware(request.to()));
    } catch (MoverException | StoreException e) {
      throw new ControlException(Kind.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
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
    return body.request(options.moveIds().get(), options.clocks().wallMillis());
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
    Catalog.Known known = find(id);
    if (queue.drop(id, known.partition().move().map(Move::id))) {
      return;
    }
    if (!(known.partition().ownership() instanceof Ownership.Moving m)) {
      throw new ControlException(Kind.CONFLICT, "partition '" + id + "' does not move");
    }
    if (m instanceof Ownership.Opening) {
      throw requests.notAborted(known.partition());
    }
    DriverShell shell = shells.get(id);
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

  Catalog.Known find(PartitionId id) throws ControlException {
    return requests.find(id);
  }

  private void run() {
    try {
      while (!closed) {
        boolean woken = wakeUp.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS);
        try {
          if (!woken || !leadership.leads() || leadership.due()) {
            round();
          }
          synchronized (scopes) {
            if (leadership.leads()) {
              beginQueued();
            }
          }
          storeProblem = "";
        } catch (StoreException e) {
          storeProblem = String.valueOf(e.getMessage());
          LOG.warn(
              "no move can be begun or ended for now, because of the store: {}", e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws StoreException {
    leadership.renew();
    boolean leads = leadership.leads();
    if (leads) {
      takeOverUndriven();
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
    DriverShell shell = shells.get(asked.partition());
    if (shell == null) {
      return Aborts.Heard.LATER;
    }
    shell.abort(asked.reason());
    return Aborts.Heard.DONE;
  }

  /// Begins to drive everything that moves or owes and that nobody drives.
  private void takeOverUndriven() throws StoreException {
    for (Catalog.Known known : catalog.unsettled()) {
      Partition partition = known.partition();
      if (!shells.containsKey(partition.id()) && claims.claim(partition.id())) {
        LOG.info(
            "taking over partition '{}': {}",
            partition.id(),
            partition.moving()
                ? "its move is in " + partition.ownership().label()
                : "it owes " + partition.owed());
        DriverShell shell = drive(partition, known.version());
        if (shell != null && partition.move().filter(options::tooOld).isPresent()) {
          shell.abort("the move is older than the abort timeout of " + options.abortTimeout());
        }
      }
    }
  }

  private void beginQueued() throws StoreException {
    Queue.Admission admission = Queue.Admission.beside(shells.values(), options.movesPerHomeMax());
    List<MoveRequest> waiting = queue.all();
    rechecks.keep(waiting.stream().map(MoveRequest::id).collect(Collectors.toSet()));
    for (MoveRequest next : waiting) {
      Optional<HomeId> from = atRest(next);
      if (from.isEmpty() || !admission.admits(from.get(), next.to())) {
        continue;
      }
      // To begin many takes longer than the lease under which they are claimed: the round comes
      // first.
      if (leadership.due()) {
        wakeUp.release();
        return;
      }
      Rechecks.Result looked = rechecks.of(next);
      if (looked instanceof Rechecks.Result.Pending) {
        continue;
      }
      // After a crash between beginning and taking it out of the queue it may have ended.
      if (queue.holds(next.id()) && history.find(next.id()).isEmpty() && !begun(next, looked)) {
        return;
      }
      queue.remove(next.id());
    }
  }

  private boolean begun(MoveRequest next, Rechecks.Result looked) throws StoreException {
    if (looked instanceof Rechecks.Result.Refused refused) {
      endings.notBegun(
          next, catalog.find(next.partition()).orElseThrow().partition(), refused.reason());
      return true;
    }
    return begin(next);
  }

  /// Where the partition of a request is, if it may begin to move.
  private Optional<HomeId> atRest(MoveRequest request) {
    return catalog
        .find(request.partition())
        .map(Catalog.Known::partition)
        .filter(p -> ready(p, request))
        .map(p -> p.ownership().reads().home());
  }

  /// A takeover waits for no debts, which may be owed at the very home that is lost.
  private boolean ready(Partition p, MoveRequest request) {
    DriverShell shell = shells.get(p.id());
    boolean atRest = p.owed().isEmpty() && shell == null;
    boolean owesOnly = shell == null || !shell.driver().ended();
    return !p.moving() && (atRest || (request.options().takeover() && owesOnly));
  }

  /// @return false if it is to be tried again: whoever drove the partition last has not let go of
  ///   it
  private boolean begin(MoveRequest request) throws StoreException {
    Catalog.Known known = catalog.find(request.partition()).orElseThrow();
    Transition begun = requests.begun(known.partition(), request);
    DriverShell repaying = shells.get(request.partition());
    if (repaying != null && begun instanceof Transition.Granted) {
      // Whoever ends the takeover works the debts off.
      if (!repaying.letGo()) {
        return false;
      }
      shells.remove(request.partition(), repaying);
      Outcome soFar = Summaries.soFar(repaying.driver().stage());
      endings.count(repaying, soFar);
      endings.write(repaying, soFar);
    }
    switch (begun) {
      case Transition.Refused refused ->
          endings.notBegun(request, known.partition(), refused.why().message());
      case Transition.Granted granted -> {
        if (!claims.claim(request.partition())) {
          return false;
        }
        PutResult result =
            store.put(
                Keys.partition(request.partition()),
                Records.encode(granted.next()),
                known.version(),
                null);
        switch (result) {
          case PutResult.Applied applied -> drive(granted.next(), applied.version());
          case PutResult.Conflict _ ->
              endings.notBegun(
                  request, known.partition(), "the partition has changed meanwhile; ask again");
        }
      }
    }
    return true;
  }

  private @Nullable DriverShell drive(Partition partition, long version) {
    Mover mover = movers.get(partition.engine());
    if (mover == null) {
      LOG.error(
          "partition '{}' needs a driver, but this server has no engine '{}'",
          partition.id(),
          partition.engine());
      return null;
    }
    DriverShell shell =
        new DriverShell(
            options.clocks(),
            store,
            options.self(),
            partition,
            version,
            mover,
            gateways,
            keeping,
            this::ended);
    shells.put(partition.id(), shell);
    shell.start();
    return shell;
  }

  private void ended(DriverShell shell, Outcome outcome) {
    endings.count(shell, outcome);
    Thread.ofVirtual()
        .name("ended " + shell.partition())
        .start(
            () -> {
              try {
                endings.conclude(shell, outcome);
              } finally {
                shells.remove(shell.partition(), shell);
                wakeUp.release();
              }
            });
  }
}
