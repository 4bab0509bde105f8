package dev.drover.sim;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.driver.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One run: the fleet of a scenario, what happens to it, and what is checked.
final class World {
  static final Comparator<PartitionId> BY_NAME = Comparator.naturalOrder();

  private static final long MILLI = 1_000_000;

  /// How long things may take to come to rest once faults have stopped.
  private static final long REST_NANOS_MAX = 240_000 * MILLI;

  /// How long somebody writes around the gateways at the most.
  private static final long AROUND_NANOS_MAX = 3_000 * MILLI;

  private static final long STEPS_MAX = 3_000_000;

  private final Scenario scenario;
  private final Rules rules;
  private final @Nullable List<String> transcript;
  private final Timeline timeline = new Timeline();
  private final Chance chance;
  private final Codec codec = new Codec();
  private final Coverage coverage = new Coverage();
  private final Net net;
  private final SimStore store;
  private final Checker checker = new Checker(this);
  private final Nemesis nemesis = new Nemesis(this);
  private final List<SimHome> homes = new ArrayList<>();
  private final Map<HomeId, SimHome> homesById = new HashMap<>();
  private final List<Frontend> frontends = new ArrayList<>();
  private final List<SimController> controllers = new ArrayList<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<PartitionId> partitions = new ArrayList<>();
  private final Nesting nesting;
  private final Set<String> owners = new HashSet<>();
  private final Set<String> keepers = new HashSet<>();
  private final Map<String, Long> stoppedAtNanos = new HashMap<>();
  private long numbers;
  private boolean healed;
  private boolean ended;
  private long healedAtNanos;

  /// @param transcript where what happens is told, or null
  World(Scenario scenario, Rules rules, @Nullable List<String> transcript) {
    this.scenario = scenario;
    this.rules = rules;
    this.transcript = transcript;
    this.chance = Chance.of(scenario.seed(), "steps");
    this.net = new Net(this, Chance.of(scenario.seed(), "net"), scenario.surroundings().lossy());
    long shortNanos = scenario.protocol().leases().shortLease().toNanos();
    this.store =
        new SimStore(
            this,
            Chance.of(scenario.seed(), "store"),
            scenario.surroundings().storeOrdersRequests(),
            Math.max(200 * MILLI, shortNanos));
    for (int i = 0; i < scenario.fleet().partitions(); i++) {
      partitions.add(new PartitionId(Simulation.ENGINE, "p" + (i + 1)));
    }
    this.nesting = new Nesting(scenario, partitions);
    build();
  }

  private void build() {
    Scenario.Fleet fleet = scenario.fleet();
    Scenario.Protocol protocol = scenario.protocol();
    Chance rates = Chance.of(scenario.seed(), "clocks");
    for (int i = 0; i < fleet.homes().size(); i++) {
      String name = "home" + (char) ('A' + i);
      SimHome home =
          new SimHome(this, name, fleet.homes().get(i), Chance.of(scenario.seed(), name));
      homes.add(home);
      homesById.put(home.id(), home);
    }
    for (int i = 0; i < fleet.gateways(); i++) {
      frontends.add(
          new SimGateway(this, "g" + (i + 1), protocol.leases(), protocol.holdMaxNanos()));
    }
    for (int i = 0; i < fleet.freshGateways(); i++) {
      frontends.add(new SimFresh(this, "f" + (i + 1), protocol.holdMaxNanos()));
    }
    for (int i = 0; protocol.timed() && i < 2; i++) {
      frontends.add(
          new SimEmbedder(
              this,
              "e" + (i + 1),
              Scenario.GOOD_FOR_NANOS / 3,
              Scenario.GOOD_FOR_NANOS,
              Scenario.WRITE_TIMEOUT_NANOS,
              protocol.holdMaxNanos()));
    }
    for (int i = 0; i < fleet.controllers(); i++) {
      controllers.add(
          new SimController(this, "c" + (i + 1), protocol.claimLease(), protocol.abortTimeout()));
    }
    for (int i = 0; i < scenario.workload().clients(); i++) {
      String name = "client" + (i + 1);
      clients.add(
          new SimClient(
              this,
              name,
              Chance.of(scenario.seed(), name),
              frontends,
              first(),
              scenario.workload()));
    }
    for (Proc process : processes()) {
      double drift = (rates.fraction() * 2 - 1) * scenario.surroundings().driftMax();
      process.clock(1 + drift, rates.between(0, 1L << 40), rates.between(-5_000, 5_000));
    }
  }

  /// The partitions that there are when the run begins.
  private List<PartitionId> first() {
    return nesting.on() ? List.of(nesting.outer()) : partitions;
  }

  // --- what processes use

  long nowNanos() {
    return timeline.nowNanos();
  }

  void at(long atNanos, Runnable what) {
    timeline.at(atNanos, what);
  }

  Chance chance() {
    return chance;
  }

  Net net() {
    return net;
  }

  Codec codec() {
    return codec;
  }

  Rules rules() {
    return rules;
  }

  Scenario scenario() {
    return scenario;
  }

  Coverage coverage() {
    return coverage;
  }

  Checker checker() {
    return checker;
  }

  Nemesis nemesis() {
    return nemesis;
  }

  SimStore store() {
    return store;
  }

  SimHome home(HomeId id) {
    SimHome home = homesById.get(id);
    if (home == null) {
      throw new IllegalStateException("there is no home " + id);
    }
    return home;
  }

  List<SimHome> homes() {
    return homes;
  }

  List<Frontend> frontends() {
    return frontends;
  }

  List<SimController> controllers() {
    return controllers;
  }

  List<SimClient> clients() {
    return clients;
  }

  List<PartitionId> partitions() {
    return partitions;
  }

  Nesting nesting() {
    return nesting;
  }

  /// All processes, the store first.
  List<Proc> processes() {
    List<Proc> all = new ArrayList<>();
    all.add(store);
    all.addAll(homes);
    all.addAll(frontends);
    all.addAll(controllers);
    all.addAll(clients);
    return all;
  }

  /// Somebody writes at a home around the gateways for a while, as long as the home owns the
  /// partition or has owned it.
  void writeAround(SimHome home, PartitionId id, long lastsNanos) {
    Chance own = Chance.of(number(), "around");
    long endNanos = nowNanos() + Math.min(lastsNanos, AROUND_NANOS_MAX);
    at(nowNanos(), () -> writeAround(home, id, endNanos, own));
  }

  private void writeAround(SimHome home, PartitionId id, long endNanos, Chance own) {
    if (healed() || nowNanos() >= endNanos) {
      return;
    }
    int key = own.below(scenario.workload().keys());
    long write = number();
    if (home.up() && checker.mayWriteAround(home, id) && home.appendAround(id, key, write)) {
      checker.wroteAround(new Op.Target(id, key), write);
    }
    at(nowNanos() + own.between(1_000_000, 10_000_000), () -> writeAround(home, id, endNanos, own));
  }

  /// The source of a partition's move is killed, and comes back with less of that partition than it
  /// had. Nothing happens if nothing is copied.
  void loseSource(PartitionId id, int which, long downNanos) {
    if (!(checker.record(id).map(Partition::ownership).orElse(null)
            instanceof Ownership.Moving moving)
        || moving instanceof Ownership.Opening
        || moving.move().options().takeover()) {
      return;
    }
    SimHome source = home(moving.from().home());
    if (source.up()) {
      crashes(source, "home");
      Map<Integer, Cell> had = source.contents(Scope.all(id));
      source.kill();
      source.loseLast(id, which);
      checker.lost(source, id, moving.move().id(), had, home(moving.to().home()));
      at(nowNanos() + downNanos, source::start);
    }
  }

  /// A number that nobody else has.
  long number() {
    return ++numbers;
  }

  void say(String who, Supplier<String> what) {
    if (transcript != null) {
      transcript.add("%10.3f ms  %-8s %s".formatted(timeline.nowNanos() / 1e6, who, what.get()));
    }
  }

  // --- the run

  /// How many steps there have been.
  long steps() {
    return timeline.count();
  }

  /// Plays it to its end.
  ///
  /// @throws Violation if something does not hold that must
  void run() {
    for (PartitionId id : first()) {
      store.create(Partition.at(id, homes.getFirst().placement(), new Hlc(1, 0)));
    }
    for (Frontend each : frontends) {
      switch (each) {
        case SimGateway gateway -> gateway.later(chance.between(0, 50 * MILLI), gateway::begin);
        case SimEmbedder embedder -> embedder.poll();
        case SimFresh _ -> {}
      }
    }
    controllers.forEach(SimController::begin);
    clients.forEach(client -> client.later(chance.between(0, 400 * MILLI), client::begin));
    nemesis.begin(scenario.plan());
    at(200 * MILLI, this::look);
    while (!ended && timeline.step()) {
      if (timeline.count() > STEPS_MAX) {
        throw new Violation("I5", "no end after " + STEPS_MAX + " steps");
      }
    }
    checker.checkEnd();
  }

  /// Whether it has come to rest; and once nothing more is planned, all faults are ended.
  private void look() {
    boolean planDone = nowNanos() > nemesis.lastNanos() + 500 * MILLI;
    boolean clientsDone = clients.stream().allMatch(SimClient::done);
    if (!healed && planDone && (clientsDone || nowNanos() > 30_000 * MILLI)) {
      heal();
    }
    if (healed) {
      ended = clientsDone && nowNanos() > healedAtNanos + 1_000 * MILLI && atRest();
      if (!ended && nowNanos() > healedAtNanos + REST_NANOS_MAX) {
        throw new Violation("I5", "no rest since faults have stopped: " + unrest());
      }
    }
    at(nowNanos() + 100 * MILLI, this::look);
  }

  private boolean atRest() {
    return partitions.stream().allMatch(this::atRest)
        && controllers.stream().allMatch(c -> c.drivers().isEmpty() && !c.lead().pending());
  }

  private boolean atRest(PartitionId id) {
    return checker
        .record(id)
        .map(p -> !p.moving() && p.owed().isEmpty())
        .orElse(nesting.comesAndGoes(id));
  }

  private String unrest() {
    StringBuilder words = new StringBuilder();
    for (SimController controller : controllers) {
      controller
          .drivers()
          .forEach(
              (id, driver) ->
                  words
                      .append(controller)
                      .append(" drives ")
                      .append(id)
                      .append(", in ")
                      .append(driver.driver().stage())
                      .append(", waits for ")
                      .append(driver.driver().fleet())
                      .append("; "));
    }
    for (PartitionId id : partitions) {
      words.append(checker.record(id)).append("; ");
    }
    for (SimController controller : controllers) {
      words.append(controller.lead().pending() ? controller + " has moves left to begin; " : "");
    }
    for (SimClient client : clients) {
      words.append(client.done() ? "" : client + " is not done; ");
    }
    return words.toString();
  }

  boolean healed() {
    return healed;
  }

  private void heal() {
    healed = true;
    healedAtNanos = nowNanos();
    say("plan", () -> "all faults have stopped");
    net.heal();
    store.full(false);
    store.unsure(0);
    for (SimHome home : homes) {
      home.full(false);
      home.slowTail(false);
    }
    for (Frontend each : frontends) {
      if (each instanceof SimGateway gateway && !gateway.missesNothing()) {
        gateway.restart(null);
      }
    }
    for (Proc process : processes()) {
      process.go();
      process.start();
    }
    store.repair();
  }

  // --- what is told to the checker

  void recordWritten(Partition record, long revision) {
    say(
        "store",
        () ->
            "%s: %s, epoch %d, term %d%s"
                .formatted(
                    record.id(),
                    record.ownership().label() + " at " + record.ownership().reads().home(),
                    record.epoch(),
                    record.term(),
                    record.owed().isEmpty() ? "" : ", owes " + record.owed()));
    owners.add(record.ownership().reads().home() + "/" + record.id());
    if (record.ownership() instanceof Ownership.Moving m
        && m.move().owedOnComplete().stream().noneMatch(owed -> owed.at().equals(m.from()))) {
      keepers.add(m.from().home() + "/" + record.id());
    }
    checker.recordWritten(record, revision);
  }

  void recordGone(PartitionId id) {
    say("store", () -> id + ": is gone");
    checker.recordGone(id);
  }

  void homeChanged(SimHome home, PartitionId id, int key) {
    checker.homeChanged(home, id, key);
  }

  /// After each step of any process.
  void stepped(Proc process) {
    if (process instanceof Frontend frontend) {
      checker.checkRoutes(frontend);
    }
  }

  void entered(Stage stage) {
    nemesis.entered(stage.getClass().getSimpleName());
  }

  void stopped(Proc process) {
    stoppedAtNanos.put(process.name, process.stoppedUntilNanos());
  }

  /// Whether a process was stopped within the last `nanos` of its clock.
  boolean wasStopped(Proc process, long nanos) {
    Long until = stoppedAtNanos.get(process.name);
    return until != null && until > nowNanos() - 2 * nanos;
  }

  /// Whether a home has ever owned a partition.
  boolean owned(SimHome home, PartitionId id) {
    return owners.contains(home.id() + "/" + id);
  }

  /// Whether a home was asked to keep what it had.
  boolean keepsCopies(SimHome home, PartitionId id) {
    return keepers.contains(home.id() + "/" + id);
  }

  /// A process is about to be killed: in which stage of which driver.
  void crashes(Proc process, String role) {
    for (SimController controller : controllers) {
      for (SimDriver driver : controller.drivers().values()) {
        String who = process instanceof SimHome home ? driver.sideOf(home) : role;
        if (!who.isEmpty() && !(process instanceof SimController)) {
          coverage.killed(who, driver.driver().stage());
        }
      }
    }
  }
}
