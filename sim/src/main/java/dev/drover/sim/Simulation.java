package dev.drover.sim;

import dev.drover.core.Engine;
import dev.drover.core.mover.EngineModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Plays many seeds.
public final class Simulation {
  /// The engine of all that is simulated.
  public static final Engine ENGINE = new Engine("sim");

  private Simulation() {}

  /// What to play.
  ///
  /// @param from the first seed
  /// @param seeds how many
  /// @param model the engine whose homes are played; empty for such as are drawn
  /// @param threads how many runs at once; each run is by one thread
  public record Options(
      long from, long seeds, Profile profile, Optional<EngineModel> model, int threads) {
    /// With homes that are drawn.
    public Options(long from, long seeds, Profile profile, int threads) {
      this(from, seeds, profile, Optional.empty(), threads);
    }

    public Options {
      if (seeds < 1 || threads < 1) {
        throw new IllegalArgumentException("at least one seed, and one thread");
      }
    }
  }

  /// A run in which something did not hold.
  ///
  /// @param transcript the shortest that was found
  /// @param replay what plays it again: options of `drover sim`
  public record Failure(
      long seed, String invariant, String message, List<String> transcript, String replay) {
    public Failure {
      transcript = List.copyOf(transcript);
    }

    /// For people: the transcript, what did not hold, and how to see it again.
    public List<String> lines() {
      List<String> lines = new ArrayList<>(transcript);
      lines.add("Seed " + seed + " does not hold " + message);
      lines.add("This is the shortest run found that shows it. Play it again:");
      lines.add("  ./drover sim " + replay);
      return lines;
    }
  }

  /// What comes of playing.
  ///
  /// @param failure the one with the lowest seed that was found, if any; no seed is begun after one
  ///   was found
  public record Report(
      long runs,
      long steps,
      long writes,
      long reads,
      Coverage coverage,
      Optional<Failure> failure) {}

  /// @param progress told how many runs have ended, now and then, from any thread
  public static Report play(Options options, LongConsumer progress) throws InterruptedException {
    return new Party(options, new Rules(), progress).play();
  }

  /// As the other, with a wrong version of the protocol.
  static Report play(Options options, Rules rules) throws InterruptedException {
    return new Party(options, rules, _ -> {}).play();
  }

  /// One run, told line by line.
  ///
  /// @param holds whether everything held that must
  public record Told(List<String> lines, boolean holds) {
    public Told {
      lines = List.copyOf(lines);
    }
  }

  /// Tells one run line by line.
  ///
  /// @param model as in [Options]
  /// @param kept the numbers of what is kept of the plan; null for all
  /// @param clients how many clients, or 0 for as many as the seed says
  /// @param operations how many operations each, or 0 for as many as the seed says
  public static Told tell(
      long seed,
      Profile profile,
      Optional<EngineModel> model,
      @Nullable List<Integer> kept,
      int clients,
      int operations) {
    Scenario whole = Scenario.of(seed, profile, model);
    List<Fault> plan =
        whole.plan().stream().filter(f -> kept == null || kept.contains(f.number())).toList();
    Scenario scenario =
        whole.with(
            plan,
            clients == 0
                ? whole.workload().clients()
                : Math.min(clients, whole.workload().clients()),
            operations == 0 ? whole.workload().operations() : operations);
    List<String> lines = new ArrayList<>();
    Run run = Run.told(scenario, new Rules(), lines);
    return new Told(lines, run.violation().isEmpty());
  }

  static Failure failure(Run failed, Profile profile, Optional<EngineModel> model, Rules rules) {
    Scenario least = Shrinker.shrink(failed, rules);
    List<String> transcript = Run.transcript(least, rules);
    String kept = least.plan().stream().map(f -> "" + f.number()).collect(Collectors.joining(","));
    Violation violation = failed.violation().orElseThrow();
    return new Failure(
        least.seed(),
        violation.invariant(),
        String.valueOf(violation.getMessage()),
        transcript,
        "--from %d --profile %s%s --keep %s --clients %d --operations %d"
            .formatted(
                least.seed(),
                profile.name().toLowerCase(java.util.Locale.ROOT),
                model.map(known -> " --engine " + known.engine()).orElse(""),
                kept.isEmpty() ? "none" : kept,
                least.workload().clients(),
                least.workload().operations()));
  }

  /// The threads that share the seeds.
  private static final class Party {
    private final Options options;
    private final Rules rules;
    private final LongConsumer progress;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final Coverage coverage = new Coverage();
    private long steps;
    private long writes;
    private long reads;
    private @Nullable Run failed;
    private @Nullable RuntimeException defect;

    Party(Options options, Rules rules, LongConsumer progress) {
      this.options = options;
      this.rules = rules;
      this.progress = progress;
    }

    Report play() throws InterruptedException {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < options.threads(); i++) {
        threads.add(Thread.ofPlatform().daemon().name("sim " + i).start(this::work));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      synchronized (this) {
        if (defect != null) {
          throw defect;
        }
        Run bad = failed;
        return new Report(
            ended.get(),
            steps,
            writes,
            reads,
            coverage,
            bad == null
                ? Optional.empty()
                : Optional.of(failure(bad, options.profile(), options.model(), rules)));
      }
    }

    private void work() {
      for (long i = next.getAndIncrement();
          i < options.seeds() && !stopped();
          i = next.getAndIncrement()) {
        try {
          note(Run.of(Scenario.of(options.from() + i, options.profile(), options.model()), rules));
        } catch (RuntimeException e) {
          broken(new IllegalStateException("seed " + (options.from() + i), e));
        }
        progress.accept(ended.incrementAndGet());
      }
    }

    private synchronized boolean stopped() {
      return failed != null || defect != null;
    }

    private synchronized void broken(RuntimeException e) {
      defect = e;
    }

    private synchronized void note(Run run) {
      coverage.add(run.coverage());
      steps += run.steps();
      writes += run.writes();
      reads += run.reads();
      Run before = failed;
      if (run.violation().isPresent()
          && (before == null || run.scenario().seed() < before.scenario().seed())) {
        failed = run;
      }
    }
  }
}
