package dev.drover.cli;

import dev.drover.app.Launch;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.redis.RedisEngine;
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
      "  drover repair --at app:billing:=green     the scope is at green, whatever others say",
      "  drover repair --yes"
    })
final class RepairCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Option(
      names = "--at",
      paramLabel = "SCOPE=HOME",
      description = "Where a scope is, by your word. Can be given more than once.")
  private Map<String, String> at = new HashMap<>();

  @Option(names = "--yes", description = "Write the plan.")
  private boolean yes;

  @Override
  public Integer call() throws Failure {
    Map<PartitionId, HomeId> told = new HashMap<>();
    try {
      at.forEach((scope, home) -> told.put(RedisEngine.scope(scope), new HomeId(home)));
    } catch (IllegalArgumentException e) {
      throw new Failure(Exit.USAGE, String.valueOf(e.getMessage()), "--at takes SCOPE=HOME", e);
    }
    return Launch.repair(context.read(), told, yes);
  }
}
