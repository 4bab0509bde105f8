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

/// `drover gateways`.
@Command(
    name = "gateways",
    mixinStandardHelpOptions = true,
    description = "List the gateways that have registered.",
    subcommands = GatewaysCommand.Forget.class,
    footer = {
      "",
      "Examples:",
      "  drover gateways",
      "  drover gateways forget g2     no move waits for g2 any longer"
    })
final class GatewaysCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/gateways");
    if (json) {
      Context.raw(answer);
      return Exit.OK;
    }
    context
        .terminal()
        .table(
            List.of("GATEWAY", "MODE", "ADDRESS", "PROCESS", "LEASES"),
            Json.parse(answer).items().stream().map(GatewaysCommand::row).toList());
    return Exit.OK;
  }

  private static List<String> row(Json gateway) {
    boolean atRest = gateway.flag("longLease");
    boolean moving = gateway.flag("shortLease");
    String leases = atRest && moving ? "long, short" : atRest ? "long" : moving ? "short" : "none";
    return List.of(
        gateway.text("id"),
        gateway.text("mode").toLowerCase(java.util.Locale.ROOT),
        gateway.text("address"),
        gateway.text("process"),
        leases);
  }

  /// `drover gateways forget G`.
  @Command(
      name = "forget",
      mixinStandardHelpOptions = true,
      description = {
        "Your word that a gateway's process is dead: no move waits for its leases to end.",
        "If it still runs, it may acknowledge writes that a move does not bring over. So stop it first."
      },
      footer = {"", "Example:", "  drover gateways forget g2"})
  static final class Forget implements Callable<Integer> {
    @Mixin private Context context = new Context();

    @Parameters(paramLabel = "GATEWAY")
    private String gateway = "";

    @Override
    public Integer call() throws Failure, ApiException {
      context.client().delete("/v1/gateways/" + ApiClient.encoded(gateway));
      System.out.println("gateway '" + gateway + "' is forgotten: no move waits for it");
      return Exit.OK;
    }
  }
}
