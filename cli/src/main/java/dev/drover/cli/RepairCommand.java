package dev.drover.cli;

import dev.drover.app.Launch;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover repair`.
@Command(
    name = "repair",
    mixinStandardHelpOptions = true,
    description = {
      "Mend a store that has lost the past, by what homes and gateways bear witness to.",
      "Stop all servers first. Without --yes it only shows what it would do."
    },
    footer = {
      "",
      "Examples:",
      "  drover repair",
      "  drover repair --at app:billing:=green     it is at green, whatever others say",
      "  drover repair --yes"
    })
final class RepairCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Option(
      names = "--at",
      paramLabel = "PARTITION=HOME",
      description =
          "Where a partition is, by your word: NAME or ENGINE/NAME. Can be given more than once.")
  private Map<String, String> at = new HashMap<>();

  @Option(names = "--yes", description = "Write the plan.")
  private boolean yes;

  @Override
  public Integer call() throws Failure {
    Config config = context.read();
    Map<PartitionId, HomeId> told = new HashMap<>();
    try {
      at.forEach((name, home) -> told.put(config.named(name), new HomeId(home)));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()), "--at takes PARTITION=HOME", e);
    }
    return Launch.repair(config, told, yes);
  }
}
