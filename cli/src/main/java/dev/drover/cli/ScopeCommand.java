package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover scope`.
@Command(
    name = "scope",
    mixinStandardHelpOptions = true,
    description = "Change which scopes there are.",
    subcommands = ScopeCommand.Drop.class,
    footer = {"", "Example:", "  drover scope drop app:billing:"})
final class ScopeCommand {
  /// `drover scope drop SCOPE`.
  @Command(
      name = "drop",
      mixinStandardHelpOptions = true,
      description = {
        "Drop a scope: its keys belong to its outer scope from then on, or to the default home.",
        "Refused while it moves or owes, and if its keys would be looked for at another home."
      },
      footer = {"", "Example:", "  drover scope drop app:billing:"})
  static final class Drop implements Callable<Integer> {
    @Mixin private ServerContext context = new ServerContext();

    @Parameters(paramLabel = "SCOPE", completionCandidates = Names.Scopes.class)
    private String scope = "";

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Failure, ApiException {
      byte[] answer =
          context.client().delete("/v1/partitions?partition=" + ApiClient.encoded(scope));
      if (json) {
        Context.raw(answer);
        return Exit.OK;
      }
      System.out.println(
          "scope '"
              + scope
              + "' is dropped; its keys stay where they are. Take it out of the configuration too, or"
              + " the next start of the server makes it known again");
      return Exit.OK;
    }
  }
}
