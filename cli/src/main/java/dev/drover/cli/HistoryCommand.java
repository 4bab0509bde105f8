package dev.drover.cli;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover history`.
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "List the moves that have ended, the newest first.",
    footer = {"", "Examples:", "  drover history", "  drover history --max 5 --json"})
final class HistoryCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Option(names = "--max", paramLabel = "N", description = "At most so many. Default: 20")
  private int max = 20;

  @Override
  public Integer call() throws Failure, ApiException {
    if (max < 1) {
      throw new Failure(Exit.USAGE, "--max is at least 1, but was " + max, "", null);
    }
    byte[] answer = context.client().get("/v1/history?max=" + max);
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    List<Json> moves = Json.parse(answer).items();
    if (moves.isEmpty()) {
      System.out.println("no move has ended yet");
      return Exit.OK;
    }
    context
        .terminal()
        .table(
            List.of("MOVE", "PARTITION", "FROM", "TO", "ENDED", "TOOK", "HELD", "KEYS", "OUTCOME"),
            moves.stream().map(HistoryCommand::row).toList());
    return Exit.OK;
  }

  private static List<String> row(Json move) {
    Json route = move.get("route");
    Json progress = move.get("progress");
    long started = progress.millis("startedAt");
    long ended = progress.millis("endedAt");
    String outcome = move.text("outcome").toLowerCase(Locale.ROOT);
    String reason = move.text("reason");
    return List.of(
        move.text("id"),
        move.text("partition"),
        route.get("from").text("home"),
        route.get("to").text("home"),
        Text.time(ended),
        Text.seconds(ended - started),
        Text.millis(1_000 * move.get("hold").number("writesHeldMicros")),
        Text.count(progress.number("itemsCompared")),
        reason.isEmpty() ? outcome : outcome + ": " + reason);
  }
}
