package dev.drover.cli;

import dev.drover.app.Launch;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `drover gateway NAME`.
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = {
      "Run a gateway: Redis clients connect to it as to one Redis server.",
      "They notice of a move no more than a pause of milliseconds."
    },
    footer = {"", "Examples:", "  drover gateway g1", "  redis-cli -p 7379 set app:billing:1 paid"})
final class GatewayCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Names.Gateways.class,
      description = "As the configuration names it.")
  private String name = "";

  @Override
  public Integer call() throws Failure, InterruptedException {
    return Launch.gateway(context.read(), name);
  }
}
