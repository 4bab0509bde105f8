package dev.drover.torture;

import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import dev.drover.torture.check.Finding;
import dev.drover.torture.check.Wrong;
import dev.drover.torture.plan.FaultKind;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Shows the result to people.
final class TorturePrinter {
  private static final int SLICES_MAX = 5;
  private final Terminal terminal;

  TorturePrinter(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(TortureResult result) {
    terminal.line("");
    count("operations answered", result.done(), false);
    count("  refused", result.refused(), false);
    count("  of unknown outcome", result.unknown(), false);
    count("keys checked", result.keys(), false);
    count("moves completed", result.completed(), false);
    count("  there and back", result.returned(), false);
    count("  aborted", result.aborted(), false);
    count("  turned down", result.turnedDown(), false);
    count("faults", result.faultsInAll(), false);
    terminal.line("  " + terminal.faint(kinds(result)));
    count("  into a hold or opening", result.hits(), false);
    count("served while store away", result.servedInOutages(), false);
    count("  writes", result.writtenInOutages(), false);
    count("servers that took over", result.takeovers(), false);
    count("fallbacks that took over", result.fallbacksTookOver(), false);
    terminal.line("");
    text("longest pause", Text.millis(result.longestNanos()));
    text("  with nothing in its way", Text.millis(result.longestUntouchedNanos()));
    terminal.line("");
    for (Wrong wrong : Wrong.values()) {
      count(wrong.name().toLowerCase(java.util.Locale.ROOT), result.count(wrong), true);
    }
    count("stuck", result.stuck().size(), true);
    count("noticed the store", result.noticed(), true);
    count("held too long", result.overheld(), true);
    count("left at other homes", result.leftBehind(), false);
    terminal.line("");
    result.omitted().forEach(each -> terminal.line("not done: " + each));
    result.stuck().forEach(each -> terminal.line(terminal.red("stuck: " + each)));
    result.examples().forEach(each -> terminal.line(terminal.red(each)));
    result.findings().stream().limit(SLICES_MAX).forEach(this::slice);
    terminal.line(
        (result.well()
                ? terminal.green("every promise was kept")
                : terminal.red("TORTURE FOUND A BUG"))
            + ", after "
            + Text.seconds(result.millis())
            + ", seed "
            + result.seed());
  }

  private void slice(Finding finding) {
    terminal.line(
        terminal.red(
            finding.wrong()
                + " "
                + dev.drover.engine.torture.KeyName.unpacked(finding.key())
                + ": "
                + finding.what()));
    finding.slice().forEach(op -> terminal.line("    " + op));
  }

  private static String kinds(TortureResult result) {
    return Stream.of(FaultKind.values())
        .filter(kind -> result.faults().containsKey(kind))
        .map(kind -> kind.label() + " " + result.faults().get(kind))
        .collect(Collectors.joining(", "));
  }

  private void text(String name, String value) {
    terminal.line(String.format("%-26s", name) + terminal.bold(value));
  }

  private void count(String name, long number, boolean bad) {
    String text = String.format("%12s", Text.count(number));
    String shown = bad ? (number == 0 ? terminal.green(text) : terminal.red(text)) : text;
    terminal.line(String.format("%-26s", name) + shown);
  }
}
