package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
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
    footer = {"", "Example:", "  drover abort app:billing:"})
final class AbortCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Parameters(paramLabel = "PARTITION", description = "A Redis scope is called by its prefix.")
  private String partition = "";

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer =
        context.client().post("/v1/abort?partition=" + ApiClient.encoded(partition), Map.of());
    if (json) {
      Context.raw(answer);
    } else {
      Json aborting = Json.parse(answer);
      System.out.println(
          "the abort is asked for; '" + partition + "' " + aborting.text("situation"));
      aborting.texts("waitingFor").forEach(each -> System.out.println("it waits for " + each));
      System.out.println("'drover explain " + partition + "' shows how far it is");
    }
    return Exit.OK;
  }
}
