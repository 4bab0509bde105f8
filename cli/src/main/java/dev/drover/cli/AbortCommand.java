package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.Text;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover abort P`.
@Command(
    name = "abort",
    mixinStandardHelpOptions = true,
    description = {
      "Abort a partition's move, queued or under way.",
      "The partition stays at its old home, and what was copied is taken away again. After the commit",
      "point it is refused: move it back instead."
    },
    footer = {
      "",
      "Example:",
      "  drover abort app:billing:",
      "",
      "Exit codes: 0 the abort is asked for; 1 it was refused; 2 the command line or the configuration"
          + " cannot be used; 3 the server cannot be reached; 4 the partition does not move."
    })
final class AbortCommand implements Callable<Integer> {
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
    byte[] answer = asked(context.client());
    if (json) {
      Context.raw(answer);
    } else {
      Json aborting = Json.parse(answer);
      System.out.println(
          "the abort is asked for; '" + partition + "' " + aborting.text("situation"));
      Text.waits(aborting).forEach(each -> System.out.println("it waits for " + each));
      System.out.println("'drover explain " + partition + "' shows how far it is");
    }
    return Exit.OK;
  }

  private byte[] asked(ApiClient client) throws Failure, ApiException {
    try {
      return client.post("/v1/abort?partition=" + ApiClient.encoded(partition), Map.of());
    } catch (ApiException e) {
      throw Already.or(e, client, partition, _ -> true);
    }
  }
}
