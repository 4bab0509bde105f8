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
      "Run a gateway: clients connect to it as they would to one home.",
      "They notice of a move no more than a pause of milliseconds. On SIGTERM it takes no new clients,",
      "lets the others have their answers (for 5 s at most), leaves the fleet, and exits."
    },
    footer = {"", "Example:", "  drover gateway g1"})
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
