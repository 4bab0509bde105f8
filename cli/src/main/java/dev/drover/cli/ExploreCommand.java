package dev.drover.cli;

import dev.drover.sim.explore.Explorer;
import dev.drover.sim.explore.Report;
import dev.drover.sim.explore.Size;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `drover explore`.
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Visit every state that a small fleet can come to, and look in each whether what must always",
      "hold does hold, and whether an end can be reached from it."
    },
    footer = {
      "",
      "Examples:",
      "  drover explore --size small",
      "  drover explore --json",
      "",
      "Exit codes: 0 all holds; 1 something does not, and the shortest way to it is printed."
    })
final class ExploreCommand implements Callable<Integer> {
  private static final long PROGRESS_NANOS = 5_000_000_000L;

  /// How much may happen.
  enum Extent {
    SMALL,
    FULL
  }

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "How much may happen: small or full. Default: full")
  private Extent extent = Extent.FULL;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  private long toldNanos = System.nanoTime();

  @Override
  public Integer call() {
    Size size =
        switch (extent) {
          case SMALL -> Size.SMALL;
          case FULL -> Size.FULL;
        };
    Report report = Explorer.explore(size, this::tell, System::nanoTime);
    System.out.println(json ? asJson(report) : asText(report));
    return report.violation().isEmpty() ? Exit.OK : Exit.FAILED;
  }

  private void tell(Report.Progress progress) {
    long now = System.nanoTime();
    if (now - toldNanos >= PROGRESS_NANOS) {
      toldNanos = now;
      System.err.printf(
          Locale.ROOT,
          "%,d states, %,d of them to be expanded, depth %d%n",
          progress.states(),
          progress.frontier(),
          progress.depth());
    }
  }

  private static String asText(Report report) {
    String figures =
        String.format(
            Locale.ROOT,
            "%,d states, %,d transitions, depth %d, %,d ends, %.1f s",
            report.states(),
            report.transitions(),
            report.depth(),
            report.ends(),
            report.seconds());
    return report
        .violation()
        .map(
            v ->
                figures
                    + "\n"
                    + v.what()
                    + "; the shortest way there:\n  "
                    + String.join("\n  ", v.path()))
        .orElse(figures + "\nAll that must hold does, and from each state an end can be reached.");
  }

  /// Nothing in it needs escaping: the words are the explorer's own.
  private static String asJson(Report report) {
    String violation =
        report
            .violation()
            .map(
                v ->
                    "{\"what\":\""
                        + v.what()
                        + "\",\"path\":[\""
                        + String.join("\",\"", v.path())
                        + "\"]}")
            .orElse("null");
    return String.format(
        Locale.ROOT,
        "{\"states\":%d,\"transitions\":%d,\"depth\":%d,\"ends\":%d,\"seconds\":%.1f,\"violation\":%s}",
        report.states(),
        report.transitions(),
        report.depth(),
        report.ends(),
        report.seconds(),
        violation);
  }
}
