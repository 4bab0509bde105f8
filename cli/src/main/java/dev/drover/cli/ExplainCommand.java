package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover explain P`.
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description =
        "Say what a partition's move waits for: which client, gateway, key or home; since when, for how"
            + " long at most, and how to end it.",
    footer = {
      "",
      "Examples:",
      "  drover explain app:billing:",
      "  drover explain app:billing: --json"
    })
final class ExplainCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

  @Parameters(
      paramLabel = "PARTITION",
      completionCandidates = Names.Partitions.class,
      description = "Its name, or ENGINE/NAME where several engines have that name.")
  private String partition = "";

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/explain?partition=" + ApiClient.encoded(partition));
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    Json explained = Json.parse(answer);
    System.out.println("partition '" + partition + "' " + explained.text("situation"));
    List<String> waits = Text.waits(explained);
    if (waits.isEmpty() && !explained.text("stage").equals("At rest")) {
      System.out.println("it waits for nothing");
    }
    waits.forEach(each -> System.out.println("it waits for " + each));
    return Exit.OK;
  }
}
