package dev.drover.torture;

import dev.drover.app.Ending;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.engine.torture.TortureKit;
import dev.drover.torture.check.Checker;
import dev.drover.torture.check.Finding;
import dev.drover.torture.check.Loss;
import dev.drover.torture.fleet.Child;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.HistoryReader;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import dev.drover.torture.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Tortures a fleet of real processes for a while, lets it come to rest, and decides from what its
/// clients have written down whether every promise was kept.
public final class Torture {
  private static final Duration SETTLE_MAX = Duration.ofMinutes(3);
  private static final Duration SERVE_MAX = Duration.ofSeconds(45);
  private static final long AFTERWARDS_MILLIS = 3_000;
  private static final long STATUS_MILLIS = 5_000;

  private final TortureOptions options;
  private final Terminal terminal;
  private final List<String> stuck = new ArrayList<>();
  private final List<String> omitted = new ArrayList<>();

  /// @param terminal where progress and the result go; with [TortureOptions.Report#json] only the
  ///   latter
  public Torture(TortureOptions options, Terminal terminal) {
    this.options = options;
    this.terminal = terminal;
  }

  /// Runs it.
  ///
  /// @throws StartException if it could not be carried out
  public TortureResult run() throws StartException, InterruptedException {
    Path directory;
    try {
      directory = Files.createTempDirectory("drover-torture");
    } catch (IOException e) {
      throw new StartException("cannot make a temporary directory: " + e.getMessage(), e);
    }
    long begun = System.nanoTime();
    Fleet fleet = Fleet.prepare(options, directory);
    TortureResult result;
    try (Ending _ = Ending.of("torture-stop", () -> close(fleet), () -> interrupted(directory))) {
      result = run(fleet, begun, directory);
    } catch (IOException | ApiException e) {
      throw new StartException(
          "the torture could not be carried out: " + e.getMessage() + "; see " + directory, e);
    }
    show(result);
    return result;
  }

  private String interrupted(Path directory) {
    String words = "interrupted, so nothing was judged";
    if (options.report().keep()) {
      return words + "; histories, logs and the plan: " + directory;
    }
    try {
      Fleet.remove(directory);
      return words;
    } catch (IOException e) {
      return "%s; %s could not be removed: %s".formatted(words, directory, e.getMessage());
    }
  }

  private static void close(Fleet fleet) {
    try {
      fleet.close();
    } catch (IOException e) {
      System.err.println("drover: did not stop cleanly: " + e);
    }
  }

  private void show(TortureResult result) {
    boolean keep = options.report().keep() || !result.well();
    if (options.report().json()) {
      terminal.line(result.json());
    } else {
      new TorturePrinter(terminal).print(result);
    }
    if (keep) {
      say("histories, logs and the plan: " + result.run().directory());
    } else {
      try {
        Fleet.remove(result.run().directory());
      } catch (IOException e) {
        say(result.run().directory() + " could not be removed: " + e.getMessage());
      }
    }
  }

  private TortureResult run(Fleet fleet, long begun, Path directory)
      throws StartException, IOException, ApiException, InterruptedException {
    say("seed " + options.seed() + ": " + directory);
    if (!fleet.disk().mounted()) {
      omitted.add("full disk: a small file system cannot be mounted here, which takes root");
    }
    fleet.store().omitted().ifPresent(omitted::add);
    boolean emptied = fleet.subject().has(TortureKit.Trait.EMPTY_HOMES);
    if (!emptied) {
      omitted.add(
          "empty homes: engine '%s' does not notice that a home has begun again with no data"
              .formatted(options.engine().name()));
    }
    Plan plan = Plan.of(options, fleet.disk().mounted(), emptied);
    Files.writeString(directory.resolve("plan.txt"), plan.text());
    fleet.start();
    List<Op> filled = Filler.fill(fleet, options.shape().scopes());
    fleet.startClients();
    Timeline timeline = new Timeline();
    StoreLook look = new StoreLook(fleet.store().connect());
    Moves moves = new Moves(fleet, look, options.shape().scopes() + 1);
    Aim aim = new Aim(fleet.store().connect());
    Nemesis nemesis = new Nemesis(fleet, moves, look, aim, timeline);
    Thread traveller = start("moves", () -> moves.run(plan.journeys()));
    Thread watch = start("watch", () -> watch(fleet, timeline, moves, begun));
    Thread saboteur = start("saboteur", () -> sabotage(fleet, look));
    try (aim) {
      nemesis.run(plan.strikes(), options.lasts());
    }
    stuck.addAll(nemesis.failures());
    say("no more faults; waiting for every move to end");
    moves.stop();
    traveller.join();
    settle(fleet, moves);
    watch.interrupt();
    watch.join();
    saboteur.interrupt();
    saboteur.join();
    Files.write(
        directory.resolve("faults.txt"),
        timeline.windows().stream().map(w -> w + " " + w.kind().label()).toList());
    fleet.finishClients();
    Map<PartitionId, Placement> places;
    try (look) {
      places = look.places();
    }
    return judge(
        fleet,
        timeline,
        moves,
        places,
        nemesis.losses(),
        aim.fallbacksTookOver(),
        filled,
        begun,
        directory);
  }

  private interface Task {
    void run() throws InterruptedException;
  }

  private static Thread start(String name, Task task) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                task.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  // --- while it runs

  /// Says every few seconds how things stand, and notes processes that end by themselves.
  private void watch(Fleet fleet, Timeline timeline, Moves moves, long begun)
      throws InterruptedException {
    while (true) {
      Thread.sleep(STATUS_MILLIS);
      say(
          "%7s  %d moves completed, %d aborted  %d faults  %s of history"
              .formatted(
                  Text.seconds(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)),
                  moves.completed(),
                  moves.aborted(),
                  timeline.faults(),
                  Text.bytes(historyBytes(fleet))));
      moves.awaited().forEach(each -> say("  waits for " + each));
    }
  }

  private static long historyBytes(Fleet fleet) {
    return fleet.clientRuns().keySet().stream()
        .mapToLong(run -> fleet.history(run).toFile().length())
        .sum();
  }

  private void sabotage(Fleet fleet, StoreLook look) throws InterruptedException {
    if (!options.sabotage()) {
      return;
    }
    Thread.sleep(options.lasts().dividedBy(2));
    int harmed = 0;
    while (harmed == 0) {
      try {
        harmed = Saboteur.strike(fleet, look.places());
      } catch (IOException e) {
        Thread.sleep(100);
      }
    }
    say(harmed + " keys were sabotaged");
  }

  // --- coming to rest

  private void settle(Fleet fleet, Moves moves) throws InterruptedException {
    for (Child child : fleet.all()) {
      if (child.died()) {
        stuck.add(child.name() + " has ended by itself; see " + child.log());
      }
    }
    stuck.addAll(moves.awaitEnd(SETTLE_MAX));
    long end = System.nanoTime() + SERVE_MAX.toNanos();
    for (String gateway : fleet.gateways()) {
      while (!fleet.serving(gateway) && System.nanoTime() < end) {
        Thread.sleep(100);
      }
      if (!fleet.serving(gateway)) {
        stuck.add(gateway + " does not serve although nothing is wrong any more");
      }
    }
    // Clients go on for a while: what they read now must be right as well.
    Thread.sleep(AFTERWARDS_MILLIS);
  }

  // --- judgement

  private TortureResult judge(
      Fleet fleet,
      Timeline timeline,
      Moves moves,
      Map<PartitionId, Placement> places,
      List<Loss> losses,
      int fallbacksTookOver,
      List<Op> filled,
      long begun,
      Path directory)
      throws IOException, ApiException {
    say("checking");
    Checker checker = new Checker(options.shape().fallbacks(), losses);
    filled.forEach(checker::add);
    Timeliness timeliness =
        new Timeliness(
            fleet.clientRuns(),
            Set.copyOf(fleet.fresh()),
            fleet.subject().kit().budget(),
            timeline);
    Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    for (int run : fleet.clientRuns().keySet()) {
      if (Files.exists(fleet.history(run))) {
        HistoryReader.read(fleet.history(run), run, op -> take(op, checker, timeliness, outcomes));
      }
    }
    stuck.addAll(timeliness.unserved());
    FinalState last = FinalState.read(fleet, places, checker.keys());
    List<Finding> findings = checker.findings(last.byKey());
    Map<String, Integer> ended = moves.history();
    return new TortureResult(
        new TortureResult.Run(
            options.seed(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun),
            omitted,
            directory),
        new TortureResult.Operations(
            outcomes.getOrDefault(Outcome.DONE, 0L),
            outcomes.getOrDefault(Outcome.REFUSED, 0L),
            outcomes.getOrDefault(Outcome.UNKNOWN, 0L)),
        new TortureResult.MoveCounts(
            ended.getOrDefault("COMPLETED", 0),
            ended.getOrDefault("ABORTED", 0),
            moves.returned(),
            moves.refused()),
        new TortureResult.Faults(timeline.counts(), timeline.skippedSoFar(), timeline.hits()),
        new TortureResult.Pauses(timeliness.longestNanos(), timeliness.longestUntouchedNanos()),
        new TortureResult.Outages(timeliness.servedInOutages(), timeliness.writtenInOutages()),
        new TortureResult.Takeovers(fleet.takeovers(), fallbacksTookOver),
        new TortureResult.Verdict(
            checker.checked(),
            findings,
            last.leftBehind(),
            stuck,
            timeliness.noticed(),
            timeliness.overheld(),
            timeliness.examples()));
  }

  private static void take(
      Op op, Checker checker, Timeliness timeliness, Map<Outcome, Long> outcomes) {
    checker.add(op);
    timeliness.add(op);
    outcomes.merge(op.outcome(), 1L, Long::sum);
  }

  private void say(String text) {
    if (!options.report().json()) {
      terminal.line(terminal.faint(text));
    }
  }
}
