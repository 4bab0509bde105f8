package dev.drover.control;

import dev.drover.control.Shapes.Explained;
import dev.drover.control.Shapes.HomeView;
import dev.drover.control.Shapes.PartitionView;
import dev.drover.core.HomeId;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Undo;
import dev.drover.core.driver.Driver;
import dev.drover.core.driver.Stage;
import dev.drover.core.fleet.FleetWait;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.mover.EngineTraits;
import dev.drover.core.mover.Tail;
import dev.drover.store.StoreException;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.TakeoverRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a controller knows, in the shapes that the API gives.
public final class Views {
  /// Of a driver that is about to end.
  private static final MoveId NO_MOVE = new MoveId("debts");

  private final Controller controller;

  public Views(Controller controller) {
    this.controller = controller;
  }

  /// One gateway as it has registered.
  ///
  /// @param differs in what its configuration differs from the server's
  public record GatewayView(
      String id,
      String engine,
      String mode,
      Optional<String> address,
      Optional<String> process,
      boolean longLease,
      boolean shortLease,
      List<String> differs) {
    public GatewayView {
      differs = List.copyOf(differs);
    }
  }

  public List<PartitionView> partitions() {
    List<PartitionView> all = new ArrayList<>();
    for (Catalog.Known known : controller.catalog().all()) {
      all.add(view(known.partition()));
    }
    controller
        .catalog()
        .corrupt()
        .forEach((key, why) -> Catalog.idOf(key).ifPresent(id -> all.add(unread(id, why))));
    return all;
  }

  private static PartitionView unread(PartitionId id, String problem) {
    return new PartitionView(
        id,
        id.engine().name(),
        id.name(),
        "Corrupt",
        Optional.empty(),
        new Shapes.Work(Optional.empty(), Optional.empty(), List.of()),
        Optional.empty(),
        new Shapes.Stored(Optional.empty(), Optional.empty(), Optional.of(problem)));
  }

  private PartitionView view(Partition p) {
    Optional<HomeId> to =
        p.ownership() instanceof Ownership.Moving m ? Optional.of(m.to().home()) : Optional.empty();
    boolean atFallback = controller.fallbacks().atFallback(p);
    return new PartitionView(
        p.id(),
        p.id().engine().name(),
        p.id().name(),
        p.ownership().label(),
        Optional.of(p.ownership().reads().home()),
        new Shapes.Work(p.move().map(Move::id), to, p.owed().stream().map(Undo::toString).toList()),
        controller.fallbacks().of(p.id()).map(home -> new Shapes.Fallback(home, atFallback)),
        new Shapes.Stored(Optional.of(p.epoch()), Optional.of(p.term()), Optional.empty()));
  }

  public List<HomeView> homes() {
    List<HomeView> all = new ArrayList<>();
    Map<HomeId, Integer> partitions = controller.catalog().byHome();
    for (Homes.Home home : controller.homes().all()) {
      all.add(
          new HomeView(
              home.id(),
              home.engine().name(),
              home.address(),
              Shapes.Look.of(controller.homes().look(home.id())),
              partitions.getOrDefault(home.id(), 0)));
    }
    return all;
  }

  public List<GatewayView> gateways() throws StoreException {
    return controller.fleet().views();
  }

  public Shapes.Status status() throws StoreException {
    List<MoveStatus> moves = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (PartitionId id : controller.busy()) {
      Optional<Catalog.Known> known = controller.catalog().find(id);
      if (known.isPresent()) {
        moveOf(known.get().partition()).ifPresent(moves::add);
      }
    }
    controller.catalog().corrupt().values().forEach(problems::add);
    problems.addAll(controller.fallbacks().problems());
    controller.homes().silent().forEach((home, why) -> problems.add(silent(home, why)));
    List<GatewayView> gateways = gateways();
    problems.addAll(Gateways.problems(gateways));
    problems.addAll(controller.keeping().problems());
    if (!controller.storeProblem().isEmpty()) {
      problems.add("the store: " + controller.storeProblem());
    }
    List<MoveView.Queued> queued =
        controller.queued().stream()
            .filter(q -> moves.stream().noneMatch(move -> move.id().equals(q.id())))
            .map(q -> new MoveView.Queued(q.id(), q.partition(), q.to()))
            .toList();
    return new Shapes.Status(
        controller.options().name(),
        controller.leadership().leader().map(driver -> driver.controller().value()),
        moves,
        queued,
        controller.catalog().size(),
        gateways.size(),
        problems);
  }

  /// The move that a partition is in, or what it works off; empty if neither.
  private Optional<MoveStatus> moveOf(Partition known) throws StoreException {
    Optional<DriverShell> shell = controller.shell(known.id());
    if (shell.isPresent()) {
      return Optional.of(driven(shell.get()));
    }
    return known.ownership() instanceof Ownership.Moving m
        ? Optional.of(undriven(known, m))
        : Optional.empty();
  }

  /// A move that this server does not drive, as far as its record and the fleet tell.
  private MoveStatus undriven(Partition p, Ownership.Moving m) throws StoreException {
    Move move = m.move();
    Optional<DriverRecord> driver = controller.leadership().driver(p.id());
    List<Wait> waits = new ArrayList<>();
    if (driver.isPresent()) {
      waits.addAll(elsewhere(p, driver.get()));
    } else {
      waits.add(
          Wait.of("a driver: controller " + move.driver() + " drove it last")
              .until(-1, "a server takes it over within seconds of that one's lease ending"));
    }
    waits.addAll(silent(p));
    return new MoveStatus(
        move.id(),
        p.id(),
        p.ownership().label(),
        Situation.undriven(m),
        new MoveView.Route(m.from(), Optional.of(m.to())),
        new MoveStatus.Progress(
            driver.isPresent() ? move.step().name() : "Undriven",
            Optional.empty(),
            Optional.of(Instant.ofEpochMilli(move.startedAt().millis())),
            move.checkpoint().items(),
            Optional.empty(),
            move.checkpoint().bytes(),
            Optional.empty(),
            Optional.empty()),
        Optional.of(
            new MoveStatus.Hold(
                move.attempt(),
                move.budget().pause().toMillis(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())),
        WaitView.of(waits));
  }

  /// What a move waits for that another server drives: its own progress only that server knows.
  private List<Wait> elsewhere(Partition p, DriverRecord driver) throws StoreException {
    List<Wait> all = new ArrayList<>();
    FleetFollower fleet =
        new FleetFollower(controller.store(), p.id(), controller.gateways(), () -> {});
    LeaseKind kind = p.ownership() instanceof Ownership.Draining ? LeaseKind.LONG : LeaseKind.SHORT;
    FleetWait wait = FleetWait.asked(p.epoch(), kind, Optional.empty(), 0).listed(fleet.list(), 0);
    wait.awaited()
        .keySet()
        .forEach(gateway -> all.add(Wait.of("the receipt of gateway '" + gateway + "'")));
    boolean mine = driver.controller().equals(controller.options().self());
    all.add(
        Wait.of(
            mine
                ? "its driver to begin"
                : "controller %s (%s), which drives it: ask its server for progress"
                    .formatted(driver.controller(), driver.process())));
    return all;
  }

  private MoveStatus driven(DriverShell shell) {
    Driver driver = shell.driver();
    Partition p = driver.partition();
    List<Wait> waits =
        new ArrayList<>(
            Explanation.of(
                driver,
                shell.progress(),
                traits(p),
                controller.homes().leases(),
                controller.options().clocks()));
    waits.addAll(silent(p));
    MoveView.Route route =
        p.ownership() instanceof Ownership.Moving m
            ? new MoveView.Route(m.from(), Optional.of(m.to()))
            : new MoveView.Route(p.ownership().reads(), Optional.empty());
    return new MoveStatus(
        p.move().map(Move::id).orElseGet(() -> owedBy(p)),
        p.id(),
        p.ownership().label(),
        Situation.driven(p, driver.stage(), traits(p)),
        route,
        progress(driver.stage(), p, shell.progress().said()),
        p.move().map(move -> hold(driver.stage(), move, shell.progress().losses())),
        WaitView.of(waits));
  }

  private static MoveStatus.Progress progress(Stage stage, Partition p, Progress.Said said) {
    long left = said.itemsTotal() - said.itemsDone();
    boolean moves = said.itemsPerSecond() > 0;
    return new MoveStatus.Progress(
        stage.getClass().getSimpleName(),
        ApiJson.said(said.phase()),
        p.move().map(move -> Instant.ofEpochMilli(move.startedAt().millis())),
        said.itemsDone(),
        ApiJson.known(said.itemsTotal()),
        said.bytesDone(),
        Optional.of(said.itemsPerSecond()),
        moves && left > 0
            ? Optional.of((long) (left * 1_000 / said.itemsPerSecond()))
            : Optional.empty());
  }

  private static MoveStatus.Hold hold(Stage stage, Move move, long losses) {
    Optional<Stage.Following> following =
        stage instanceof Stage.Following f && f.tail().isPresent()
            ? Optional.of(f)
            : Optional.empty();
    return new MoveStatus.Hold(
        move.attempt(),
        move.budget().pause().toMillis(),
        following.map(f -> f.predictedNanos() / 1_000_000),
        following.flatMap(Stage.Following::tail).map(Tail::lagItems),
        Optional.of(losses));
  }

  public Explained explain(PartitionId id) throws ControlException, StoreException {
    Partition p = controller.find(id).partition();
    for (MoveRequest request : controller.queued()) {
      if (request.partition().equals(id) && !begun(p, request)) {
        return new Explained(
            id,
            "Queued",
            "Queued",
            Situation.queued(p, request),
            WaitView.of(List.of(queuedBehind(p, request))));
      }
    }
    Optional<MoveStatus> move = moveOf(p);
    List<WaitView> taken = WaitView.of(takenOver(p));
    return move.map(
            m ->
                new Explained(
                    id,
                    m.state(),
                    m.progress().stage(),
                    m.situation(),
                    Stream.concat(m.waits().stream(), taken.stream()).toList()))
        .orElseGet(
            () ->
                new Explained(
                    id,
                    p.ownership().label(),
                    "At rest",
                    Situation.atRest(p, controller.fallbacks().atFallback(p)),
                    Stream.concat(taken.stream(), WaitView.of(silent(p)).stream()).toList()));
  }

  /// For a moment a move that has begun is still in the queue.
  private static boolean begun(Partition p, MoveRequest request) {
    return p.move().filter(move -> move.id().equals(request.id())).isPresent();
  }

  /// Has a move aborted, and says what that waits for.
  public Explained abort(PartitionId id, String reason)
      throws ControlException, StoreException, InterruptedException {
    controller.abort(id, reason);
    Optional<DriverShell> shell = controller.shell(id);
    if (shell.isPresent()) {
      shell.get().awaitAbort();
    }
    return explain(id);
  }

  private EngineTraits traits(Partition p) {
    return controller.movers().traits(p.id().engine());
  }

  private String silent(HomeId home, String why) {
    Homes.Home found = controller.homes().find(home).orElseThrow();
    int there = controller.catalog().byHome().getOrDefault(home, 0);
    EngineTraits.Nouns nouns = controller.movers().traits(found.engine()).nouns();
    return "home '%s' (%s): %s. %d %s there; what clients ask of them fails or waits until that is mended"
        .formatted(
            home,
            found.address(),
            why,
            there,
            there == 1 ? nouns.partition() + " is" : nouns.partitions() + " are");
  }

  /// The homes of a partition that do not answer.
  private List<Wait> silent(Partition p) {
    Map<HomeId, String> silent = controller.homes().silent();
    Stream<HomeId> mine =
        p.ownership() instanceof Ownership.Moving m
            ? Stream.of(m.from().home(), m.to().home())
            : Stream.of(p.ownership().reads().home());
    Stream<HomeId> owed = p.owed().stream().map(undo -> undo.at().home());
    return Stream.concat(mine, owed)
        .distinct()
        .filter(silent::containsKey)
        .map(home -> Wait.of(silent(home, silent.getOrDefault(home, ""))))
        .toList();
  }

  /// What the last takeover left behind, while the partition is at its fallback.
  private List<Wait> takenOver(Partition p) throws StoreException {
    Optional<TakeoverRecord> last =
        controller.fallbacks().atFallback(p)
            ? controller.fallbacks().last(p.id())
            : Optional.empty();
    return last.map(
            t ->
                Stream.of(
                    "nothing: it is at its fallback since '%s' was lost (move %s, said by %s). When last seen, '%s' had %s"
                        .formatted(
                            t.lost(),
                            t.move(),
                            String.join(", ", t.witnesses()),
                            t.lost(),
                            t.lastSeen()),
                    t.found().isEmpty()
                        ? "'" + t.lost() + "' to be there again: what it holds is brought over then"
                        : "nothing: '" + t.lost() + "' was there again and held " + t.found()))
        .map(lines -> lines.map(Wait::of).toList())
        .orElse(List.of());
  }

  private Wait queuedBehind(Partition p, MoveRequest request) {
    if (!p.owed().isEmpty()) {
      return Wait.of(traits(p).undoing(p.owed().getFirst()) + " to end first");
    }
    String refused = controller.rechecks().problem(request.id());
    if (!refused.isEmpty()) {
      return Wait.of("preflight, which is made again when a move's turn has come: " + refused)
          .remedy("See to what it names, or 'drover abort " + p.id() + "'");
    }
    return Wait.of(
            "room: at most %d moves at once at %s and at %s"
                .formatted(
                    controller.options().movesPerHomeMax(),
                    p.ownership().reads().home(),
                    request.to()))
        .until(-1, "it begins when one of those has ended, which 'drover status' shows");
  }

  public List<EndedMove> history(int max) throws StoreException {
    return controller.history().newest(max).stream().map(EndedMove::of).toList();
  }

  public List<Shapes.Aside> strays() throws StoreException {
    return controller.keeping().all().stream().map(Shapes.Aside::of).toList();
  }

  /// The move that has left what is worked off now.
  private static MoveId owedBy(Partition p) {
    return p.owed().stream().findFirst().map(Undo::move).orElse(NO_MOVE);
  }

  /// A move that runs, waits or has ended.
  public Optional<MoveView> move(MoveId id) throws StoreException {
    Shapes.Status status = status();
    Optional<MoveView> found =
        Stream.<MoveView>concat(status.moves().stream(), status.queued().stream())
            .filter(move -> move.id().equals(id))
            .findFirst();
    return found.isPresent() ? found : controller.history().find(id).map(EndedMove::of);
  }
}
