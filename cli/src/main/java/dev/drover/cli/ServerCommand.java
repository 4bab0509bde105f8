package dev.drover.cli;

import dev.drover.app.Launch;
import dev.drover.app.ServerProcess;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover server`.
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    description = {
      "Run the server: the store, and the controller that drives moves, with its API.",
      "It checks the whole configuration first, says in one line when it is ready, and stops",
      "cleanly on SIGTERM. Moves under way are resumed when it runs again."
    },
    footer = {
      "",
      "Examples:",
      "  drover server",
      "  drover server --config /etc/drover/drover.yaml"
    })
final class ServerCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Option(
      names = "--accept-lost-past",
      description = {
        "Go on with a store that is older than what homes and gateways have seen, or is another one.",
        "A partition that has moved since is served from its former home: what was written at the newer",
        "one is not seen. 'drover repair' looks where partitions are instead."
      })
  private boolean acceptLostPast;

  @Option(
      names = "--adopt",
      description = {
        "A new partition whose content stands at another home than the configuration says begins there."
      })
  private boolean adopt;

  @Override
  public Integer call() throws Failure, InterruptedException {
    return Launch.server(context.read(), new ServerProcess.Accepted(acceptLostPast, adopt));
  }
}
