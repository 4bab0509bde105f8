package dev.drover.cli;

import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.sim.explore.Explorer;
import dev.drover.sim.explore.Report;
import dev.drover.sim.explore.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover explore`.
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Visit every state that a small fleet can come to, and check each.",
      "Two gateways, two controllers and two homes, around the code that decides in production,",
      "while one partition moves. In each state it is checked that nothing acknowledged is lost,",
      "that no read goes back in time, and what else must always hold; and from each, that an end",
      "can be reached once nothing goes wrong any more. Unlike 'drover sim' it leaves nothing to",
      "chance, but its fleets are small."
    },
    footer = {
      "",
      "A size is several fleets, explored one after the other: in each other things",
      "go wrong. A pause needs no name: whoever takes no step for a while is paused.",
      "",
      "Examples:",
      "  drover explore --size small      well under a minute on a quiet machine",
      "  drover explore                   81 million states: half an hour, and ten gigabytes",
      "  drover explore --json            the result for scripts",
      "",
      "Memory is 60 percent of the machine's; DROVER_JAVA_OPTS=-Xmx8g sets it.",
      "",
      "Exit codes: 0 everything held; 1 something did not, and the shortest way to",
      "it is printed, or it could not come to its end."
    })
final class ExploreCommand implements Callable<Integer> {
  /// How much may happen.
  enum Extent {
    SMALL,
    FULL
  }

  @Mixin private Context context = new Context();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "How much may happen: ${COMPLETION-CANDIDATES}. Default: FULL")
  private Extent extent = Extent.FULL;

  @Option(
      names = "--states-max",
      paramLabel = "N",
      description = "Stop a fleet once it has so many states. Default: 500000000")
  private int statesMax = Explorer.STATES_MAX;

  @Option(names = "--json", description = "Print the result as JSON, and no progress.")
  private boolean json;

  private long states;

  @Override
  public Integer call() throws Failure {
    if (statesMax < 1 || statesMax > Explorer.STATES_MAX) {
      throw new Failure(
          Exit.USAGE, "--states-max is at least 1 and at most " + Explorer.STATES_MAX, "", null);
    }
    Terminal terminal = context.terminal();
    List<Size> fleets =
        switch (extent) {
          case SMALL -> Size.SMALL;
          case FULL -> Size.FULL;
        };
    List<Map<String, Object>> results = new ArrayList<>();
    boolean holds = true;
    for (Size fleet : fleets) {
      Report report = explored(terminal, fleet);
      holds &= report.violation().isEmpty();
      if (json) {
        results.add(asMap(fleet, report));
      } else {
        print(terminal, fleet, report);
      }
    }
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("size", extent.name().toLowerCase(Locale.ROOT));
      all.put("holds", holds);
      all.put("fleets", results);
      terminal.line(Json.write(all));
    } else {
      terminal.line(
          holds
              ? terminal.green("everything held, and from each state an end can be reached")
              : terminal.red("something did not hold"));
    }
    return holds ? Exit.OK : Exit.FAILED;
  }

  private Report explored(Terminal terminal, Size fleet) throws Failure {
    states = 0;
    Ticker ticker = new Ticker(terminal, json);
    Report report;
    try {
      report =
          Explorer.explore(
              fleet,
              statesMax,
              progress -> {
                states = progress.states();
                ticker.tell(seconds -> progress(progress, seconds));
              },
              System::nanoTime);
    } catch (OutOfMemoryError e) {
      throw stopped(terminal, fleet, "out of memory", "DROVER_JAVA_OPTS=-Xmx8g gives it more", e);
    }
    terminal.cleared();
    if (!report.whole() && report.violation().isEmpty()) {
      states = report.states();
      throw stopped(terminal, fleet, "at its limit", "--states-max sets that", null);
    }
    return report;
  }

  private Failure stopped(
      Terminal terminal, Size fleet, String why, String how, @Nullable Throwable cause) {
    terminal.cleared();
    return new Failure(
        Exit.FAILED,
        "%s after %,d states of this fleet: %s. Nothing wrong was found so far, which proves nothing"
            .formatted(why, states, fleet.words()),
        how + "; --size small needs little",
        cause);
  }

  private static void print(Terminal terminal, Size fleet, Report report) {
    terminal.line(terminal.bold(fleet.words()));
    terminal.line(
        "  %,d states, %,d transitions, depth %d, %,d ends, %.1f s"
            .formatted(
                report.states(),
                report.transitions(),
                report.depth(),
                report.ends(),
                report.seconds()));
    report
        .violation()
        .ifPresent(
            finding -> {
              terminal.line(terminal.red("  " + finding.what()) + "; the shortest way there:");
              finding.path().forEach(step -> terminal.line("    " + step));
            });
  }

  private static Map<String, Object> asMap(Size fleet, Report report) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("fleet", fleet.words());
    map.put("states", report.states());
    map.put("transitions", report.transitions());
    map.put("depth", report.depth());
    map.put("ends", report.ends());
    map.put("seconds", report.seconds());
    report
        .violation()
        .ifPresent(
            finding -> {
              map.put("violation", finding.what());
              map.put("path", finding.path());
            });
    return map;
  }

  private static String progress(Report.Progress progress, double seconds) {
    return "%,d states, %,d of them to be looked at, depth %d, %.0f s"
        .formatted(progress.states(), progress.frontier(), progress.depth(), seconds);
  }
}
