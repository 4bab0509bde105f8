package dev.drover.cli;

import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover partitions`.
@Command(
    name = "partitions",
    mixinStandardHelpOptions = true,
    description = "List the partitions, and where each one is.",
    footer = {"", "Examples:", "  drover partitions", "  drover partitions --json"})
final class PartitionsCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/partitions");
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    context
        .terminal()
        .table(
            List.of("PARTITION", "HOME", "STATE", "EPOCH", "NOTE"),
            Json.parse(answer).items().stream().map(PartitionsCommand::row).toList());
    return Exit.OK;
  }

  private static List<String> row(Json partition) {
    Json work = partition.get("work");
    Json record = partition.get("record");
    String note = record.text("problem");
    if (work.has("to")) {
      note = "moves to " + work.text("to") + " (" + work.text("move") + ")";
    } else if (partition.get("fallback").flag("serves")) {
      note =
          work.items("owed").isEmpty()
              ? "at its fallback; 'drover move' brings it back"
              : "at its fallback; waits for its home to be there again";
    } else if (!work.items("owed").isEmpty()) {
      note = "owes " + String.join(", ", work.texts("owed"));
    }
    return List.of(
        partition.text("id"),
        partition.text("home"),
        partition.text("state"),
        record.text("epoch"),
        note);
  }
}
