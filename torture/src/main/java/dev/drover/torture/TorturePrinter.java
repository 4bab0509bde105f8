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
    count("operations answered", result.operations().done(), false);
    count("  refused", result.operations().refused(), false);
    count("  of unknown outcome", result.operations().unknown(), false);
    count("keys checked", result.verdict().keys(), false);
    count("moves completed", result.moves().completed(), false);
    count("  there and back", result.moves().returned(), false);
    count("  aborted", result.moves().aborted(), false);
    count("  turned down", result.moves().turnedDown(), false);
    count("faults", result.faults().inAll(), false);
    terminal.line("  " + terminal.faint(kinds(result.faults())));
    count("  into a hold or opening", result.faults().hits(), false);
    count("served while store away", result.outages().served(), false);
    count("  writes", result.outages().written(), false);
    count("servers that took over", result.takeovers().servers(), false);
    count("fallbacks that took over", result.takeovers().fallbacks(), false);
    terminal.line("");
    text("longest pause", Text.millis(result.pauses().longestNanos()));
    text("  with nothing in its way", Text.millis(result.pauses().longestUntouchedNanos()));
    terminal.line("");
    TortureResult.Verdict verdict = result.verdict();
    for (Wrong wrong : Wrong.values()) {
      count(wrong.name().toLowerCase(java.util.Locale.ROOT), verdict.count(wrong), true);
    }
    count("stuck", verdict.stuck().size(), true);
    count("noticed the store", verdict.noticed(), true);
    count("held too long", verdict.overheld(), true);
    count("left at other homes", verdict.leftBehind(), false);
    terminal.line("");
    result.run().omitted().forEach(each -> terminal.line("not done: " + each));
    verdict.stuck().forEach(each -> terminal.line(terminal.red("stuck: " + each)));
    verdict.examples().forEach(each -> terminal.line(terminal.red(each)));
    verdict.findings().stream().limit(SLICES_MAX).forEach(this::slice);
    terminal.line(
        (verdict.well()
                ? terminal.green("every promise was kept")
                : terminal.red("TORTURE FOUND A BUG"))
            + ", after "
            + Text.seconds(result.run().millis())
            + ", seed "
            + result.run().seed());
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

  private static String kinds(TortureResult.Faults faults) {
    return Stream.of(FaultKind.values())
        .filter(kind -> faults.byKind().containsKey(kind))
        .map(kind -> kind.label() + " " + faults.byKind().get(kind))
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
