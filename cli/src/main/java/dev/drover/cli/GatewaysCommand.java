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
      "  drover gateways forget g2 --force     ends the leases of g2, which cannot be stopped"
    })
final class GatewaysCommand implements Callable<Integer> {
  @Mixin private ServerContext context = new ServerContext();

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
            List.of("GATEWAY", "MODE", "ADDRESS", "PROCESS", "LEASES", "CONFIGURATION"),
            Json.parse(answer).items().stream().map(GatewaysCommand::row).toList());
    for (Json gateway : Json.parse(answer).items()) {
      for (String differs : gateway.texts("differs")) {
        context
            .terminal()
            .line(context.terminal().red("differs: ") + gateway.text("id") + ": " + differs);
      }
    }
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
        leases,
        gateway.texts("differs").isEmpty() ? "as the server's" : "differs");
  }

  /// `drover gateways forget G`.
  @Command(
      name = "forget",
      mixinStandardHelpOptions = true,
      description = {
        "Your word that a gateway is dead: no move waits for its leases to end.",
        "Refused while its leases stand, since it may be alive. Stop its process, and they end."
      },
      footer = {"", "Example:", "  drover gateways forget g2"})
  static final class Forget implements Callable<Integer> {
    @Mixin private ServerContext context = new ServerContext();

    @Parameters(paramLabel = "GATEWAY", completionCandidates = Names.Gateways.class)
    private String gateway = "";

    @Option(
        names = "--force",
        description = {
          "End its leases, for a gateway that is cut off or frozen and cannot be stopped.",
          "Writes that it acknowledges before it notices may be lost in a move."
        })
    private boolean force;

    @Option(names = "--json", description = "Print what the server says, as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Failure, ApiException {
      byte[] answer =
          context
              .client()
              .delete("/v1/gateways/" + ApiClient.encoded(gateway) + (force ? "?force=true" : ""));
      if (json) {
        Context.raw(answer);
        return Exit.OK;
      }
      System.out.printf(
          "gateway '%s' is forgotten: its leases have ended, and no move waits for it.%n"
              + "If it is alive it notices within a second; if it is frozen, when it wakes up. Writes"
              + " that it acknowledges until then may be lost in a move.%n"
              + "Certificates of moves in the next %d s name it and do not hold. The time begins anew"
              + " when the store is started again.%n",
          gateway, Json.parse(answer).number("mayServeMillis") / 1_000);
      return Exit.OK;
    }
  }
}
