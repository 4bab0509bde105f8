package dev.drover.cli;

import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.core.mover.EngineModel;
import dev.drover.sim.Coverage;
import dev.drover.sim.Profile;
import dev.drover.sim.Simulation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover sim`.
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Play whole fleets in virtual time, with faults drawn from a seed.",
      "Gateways, controllers, the store, homes and clients run around the code that runs in",
      "production. After every step it is checked that nothing acknowledged is lost, that no read",
      "goes back in time, and what else must always hold. The same seed plays the same run on any",
      "machine."
    },
    footer = {
      "",
      "Profiles: all (the default), calm, crashes, pauses, network, store, clocks, homes,",
      "configuration, strays, losses, blocks, names, steps, nesting.",
      "",
      "Examples:",
      "  drover sim                               5000 seeds, everything that can go wrong",
      "  drover sim --seeds 100000 --from 1       more of them",
      "  drover sim --profile crashes --coverage  one kind of fault; what of the protocol was visited",
      "  drover sim --from 4711 --transcript      one seed, told line by line",
      "",
      "A failure prints the seed, the shortest run that shows it, and the command that plays it again.",
      "",
      "Exit codes: 0 everything held; 1 something did not."
    })
final class SimCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Option(names = "--seeds", paramLabel = "N", description = "How many seeds. Default: 5000")
  private long seeds = 5_000;

  @Option(names = "--from", paramLabel = "S", description = "The first seed. Default: 1")
  private long from = 1;

  @Option(
      names = "--profile",
      paramLabel = "P",
      description = "What goes wrong: ${COMPLETION-CANDIDATES}. Default: ALL")
  private Profile profile = Profile.ALL;

  @Nullable
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = Names.Engines.class,
      description = "Only homes like those of this engine. Default: homes of all kinds are drawn.")
  private String engine;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Runs at once. Default: one for each processor")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--coverage", description = "Print what of the protocol was visited.")
  private boolean coverage;

  @Option(names = "--transcript", description = "Tell the seed of --from line by line.")
  private boolean transcript;

  @Nullable
  @Option(
      names = "--keep",
      paramLabel = "N,N",
      description = "Of what is planned for the seed, play only this ('none' for nothing).")
  private String keep;

  @Option(names = "--clients", paramLabel = "N", description = "Play the seed with fewer clients.")
  private int clients;

  @Option(
      names = "--operations",
      paramLabel = "N",
      description = "Play the seed with fewer operations of each client.")
  private int operations;

  @Option(names = "--json", description = "Print the result as JSON, and no progress.")
  private boolean json;

  @Override
  public Integer call() throws Failure, InterruptedException {
    if (seeds < 1 || threads < 1 || clients < 0 || operations < 0) {
      throw new Failure(
          Exit.USAGE,
          "--seeds and --threads are at least 1, --clients and --operations not negative",
          "",
          null);
    }
    if (profile == Profile.NESTING
        && engine != null
        && !EngineOption.plug(engine).traits().nests()) {
      throw new Failure(
          Exit.USAGE,
          "no partition of engine '%s' lies inside another one, so there is no profile nesting of it"
              .formatted(engine),
          "Leave out --engine, or name another profile",
          null);
    }
    Terminal terminal = context.terminal();
    if (transcript || keep != null || clients > 0 || operations > 0) {
      return tell(terminal);
    }
    long began = System.nanoTime();
    Ticker ticker = new Ticker(terminal, json);
    Simulation.Report report =
        Simulation.play(
            new Simulation.Options(from, seeds, profile, model(), threads),
            ended -> ticker.tell(passed -> progress(ended, passed)));
    double seconds = (System.nanoTime() - began) / 1e9;
    terminal.cleared();
    if (json) {
      terminal.line(Json.write(asMap(report, seconds)));
    } else {
      print(terminal, report, seconds);
    }
    return report.failure().isEmpty() ? Exit.OK : Exit.FAILED;
  }

  private Optional<EngineModel> model() throws Failure {
    return engine == null ? Optional.empty() : Optional.of(EngineOption.plug(engine).model());
  }

  private int tell(Terminal terminal) throws Failure {
    Simulation.Told told = Simulation.tell(from, profile, model(), kept(), clients, operations);
    told.lines().forEach(terminal::line);
    return told.holds() ? Exit.OK : Exit.FAILED;
  }

  private @Nullable List<Integer> kept() throws Failure {
    if (keep == null) {
      return null;
    }
    List<Integer> numbers = new ArrayList<>();
    for (String each : keep.equals("none") ? new String[0] : keep.split(",", -1)) {
      try {
        numbers.add(Integer.parseInt(each.strip()));
      } catch (NumberFormatException e) {
        throw new Failure(
            Exit.USAGE, "--keep takes numbers with commas between them, not '" + each + "'", "", e);
      }
    }
    return numbers;
  }

  private void print(Terminal terminal, Simulation.Report report, double seconds) {
    report.failure().ifPresent(failure -> failure.lines().forEach(terminal::line));
    if (coverage) {
      report
          .coverage()
          .visited()
          .forEach((name, count) -> terminal.line("%12d  %s".formatted(count, name)));
    }
    terminal.line(
        "%,d runs, %,d steps, %,d writes acknowledged, %,d reads answered, %.1f s"
            .formatted(report.runs(), report.steps(), report.writes(), report.reads(), seconds));
    List<String> unvisited = report.coverage().unvisited();
    terminal.line(
        "visited %d of %d parts of the protocol%s"
            .formatted(
                Coverage.all().size() - unvisited.size(),
                Coverage.all().size(),
                unvisited.isEmpty() || coverage ? "" : "; --coverage names them"));
    terminal.line(
        report.failure().isEmpty()
            ? terminal.green("everything held")
            : terminal.red("something did not hold"));
  }

  private Map<String, Object> asMap(Simulation.Report report, double seconds) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("profile", profile.name().toLowerCase(Locale.ROOT));
    map.put("from", from);
    map.put("runs", report.runs());
    map.put("steps", report.steps());
    map.put("writes", report.writes());
    map.put("reads", report.reads());
    map.put("seconds", seconds);
    map.put("coverage", report.coverage().visited());
    report
        .failure()
        .ifPresent(
            failure -> {
              map.put("seed", failure.seed());
              map.put("invariant", failure.invariant());
              map.put("message", failure.message());
              map.put("replay", "drover sim " + failure.replay());
              map.put("transcript", failure.transcript());
            });
    return map;
  }

  private String progress(long ended, double seconds) {
    double perSecond = ended / seconds;
    return "%,d of %,d runs, %.0f a second, about %.0f s to go"
        .formatted(ended, seeds, perSecond, (seeds - ended) / perSecond);
  }
}
