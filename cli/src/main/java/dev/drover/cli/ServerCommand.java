package dev.drover.cli;

import dev.drover.app.Launch;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  @Override
  public Integer call() throws Failure, InterruptedException {
    return Launch.server(context.read());
  }
}
