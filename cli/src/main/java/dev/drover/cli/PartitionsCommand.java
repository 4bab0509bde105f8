package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover partitions`.
@Command(
    name = "partitions",
    mixinStandardHelpOptions = true,
    description = "List the partitions, and where each one is.",
    subcommands = PartitionsCommand.Drop.class,
    footer = {
      "",
      "Examples:",
      "  drover partitions",
      "  drover partitions --json",
      "  drover partitions drop app:billing:"
    })
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

  /// `drover partitions drop PARTITION`.
  @Command(
      name = "drop",
      mixinStandardHelpOptions = true,
      description = {
        "Drop a partition: what it holds stays where it is, and belongs to the partition around it from",
        "then on, or to none. Refused while it moves or owes, and if what it holds would be looked for at",
        "another home."
      },
      footer = {"", "Example:", "  drover partitions drop app:billing:"})
  static final class Drop implements Callable<Integer> {
    @Mixin private ServerContext context = new ServerContext();

    @Parameters(paramLabel = "PARTITION", completionCandidates = Names.Partitions.class)
    private String partition = "";

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Failure, ApiException {
      byte[] answer =
          context.client().delete("/v1/partitions?partition=" + ApiClient.encoded(partition));
      if (json) {
        Context.raw(answer);
        return Exit.OK;
      }
      System.out.println(
          "'"
              + partition
              + "' is dropped; what it holds stays where it is. Take it out of the configuration too, or"
              + " the next start of the server makes it known again");
      return Exit.OK;
    }
  }
}
