package dev.drover.app.demo;

import dev.drover.app.client.CertificatePrinter;
import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import java.util.List;
import org.HdrHistogram.Histogram;

/// Shows the result to people.
final class DemoPrinter {
  private final Terminal terminal;
  private final String items;

  /// @param items what entries are called, such as `keys`
  DemoPrinter(Terminal terminal, String items) {
    this.terminal = terminal;
    this.items = items;
  }

  void print(DemoResult result) {
    terminal.line("");
    DemoResult.Operations operations = result.operations();
    DemoResult.WriteTimes times = result.writeTimes();
    count("writes acknowledged", operations.writes(), false);
    count("  lost", operations.lost(), true);
    count("reads", operations.reads(), false);
    count("  stale", operations.stale(), true);
    count("refused with an error", operations.refused(), true);
    count(items + " read again", result.content().read(), false);
    count("  wrong or missing", result.content().wrong(), true);
    terminal.line("");
    terminal.line(row("longest pause") + terminal.bold(Text.millis(times.moving().getMaxValue())));
    terminal.line("");
    terminal.table(
        List.of("time for a write", "writes", "p50", "p90", "p99", "p99.9", "max"),
        List.of(latencies("at rest", times.atRest()), latencies("while moving", times.moving())));
    terminal.line("");
    terminal.table(
        List.of("move", "from", "to", "took", items, items + "/s", "held", "receipts", "digest"),
        result.moves().stream().map(DemoPrinter::row).toList());
    terminal.line("");
    result.examples().forEach(each -> terminal.line("  " + terminal.red(each)));
    terminal.line(
        (result.well() ? terminal.green("nothing was lost") : terminal.red("THE DEMO FAILED"))
            + ", after "
            + Text.seconds(result.millis()));
  }

  private static String row(String name) {
    return String.format("%-24s", name);
  }

  private void count(String name, long number, boolean bad) {
    String text = String.format("%12s", Text.count(number));
    terminal.line(
        row(name) + (!bad ? text : number == 0 ? terminal.green(text) : terminal.red(text)));
  }

  private static List<String> latencies(String name, Histogram latencies) {
    return List.of(
        name,
        Text.count(latencies.getTotalCount()),
        Text.millis(latencies.getValueAtPercentile(50)),
        Text.millis(latencies.getValueAtPercentile(90)),
        Text.millis(latencies.getValueAtPercentile(99)),
        Text.millis(latencies.getValueAtPercentile(99.9)),
        Text.millis(latencies.getMaxValue()));
  }

  private static List<String> row(DemoResult.Moved moved) {
    Json summary = moved.summary();
    Json proof = moved.certificate().get("proof");
    return List.of(
        summary.text("id"),
        summary.get("route").get("from").text("home"),
        summary.get("route").get("to").text("home"),
        Text.seconds(moved.millis()),
        Text.count(summary.get("progress").number("itemsCompared")),
        Text.count(moved.keysPerSecond()),
        moved.completed()
            ? Text.millis(1_000 * summary.get("hold").number("writesHeldMicros"))
            : summary.text("reason"),
        CertificatePrinter.receipts(proof.items("receipts")),
        proof.get("verification").text("digest"));
  }
}
