package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover status`.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show what is under way: moves, the queue, problems.",
    footer = {
      "",
      "Examples:",
      "  drover status",
      "  drover status --watch        again every second, until you stop it",
      "  drover status --json"
    })
final class StatusCommand implements Callable<Integer> {
  private static final long WATCH_MILLIS = 1_000;

  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on showing it, until interrupted.")
  private boolean watch;

  @Override
  public Integer call() throws Failure, ApiException, InterruptedException {
    ApiClient client = context.client();
    Terminal terminal = context.terminal();
    while (true) {
      byte[] answer = client.get("/v1/status");
      if (watch && terminal.alive() && !json) {
        terminal.out().print("\u001b[H\u001b[2J");
      }
      if (json) {
        Context.raw(answer);
      } else {
        show(Json.parse(answer), terminal);
      }
      if (!watch || System.out.checkError()) {
        return Exit.OK;
      }
      Thread.sleep(WATCH_MILLIS);
    }
  }

  private static void show(Json status, Terminal terminal) {
    terminal.line(
        terminal.bold("server " + status.text("server"))
            + ": "
            + many(status.number("partitions"), "partition")
            + ", "
            + many(status.number("gateways"), "gateway")
            + ", "
            + many(status.items("moves").size(), "move")
            + " under way, "
            + status.items("queued").size()
            + " queued");
    String driver = status.text("drivenBy");
    if (!driver.startsWith(status.text("server") + ".")) {
      terminal.line(driver.isEmpty() ? "no server drives right now" : "driven by " + driver);
    }
    for (Json move : status.items("moves")) {
      Json route = move.get("route");
      terminal.line(
          move.text("id")
              + "  "
              + move.text("partition")
              + "  "
              + route.get("from").text("home")
              + (route.has("to") ? " -> " + route.get("to").text("home") : ""));
      terminal.line("  " + move.text("situation"));
      terminal.line("  " + Text.progress(move));
      Text.waits(move).forEach(each -> terminal.line("  it waits for " + each));
    }
    for (Json queued : status.items("queued")) {
      terminal.line(
          queued.text("id")
              + "  "
              + queued.text("partition")
              + "  -> "
              + queued.text("to")
              + "  queued");
    }
    for (String problem : status.texts("problems")) {
      terminal.line(terminal.red("problem: ") + problem);
    }
  }

  private static String many(long count, String what) {
    return Text.count(count) + " " + what + (count == 1 ? "" : "s");
  }
}
