package dev.drover.cli;

import dev.drover.app.StartException;
import dev.drover.app.demo.Demo;
import dev.drover.app.demo.DemoOptions;
import dev.drover.engine.Plugs;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover demo`.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Move a live partition between two real homes and back, and count what was lost.",
      "Clients write and read through two gateways meanwhile; then everything is read again.",
      "It starts everything it needs on this machine, and removes it afterwards."
    },
    footer = {
      "",
      "Examples:",
      "  drover demo",
      "  drover demo --keys 1000000 --writers 16",
      "  drover demo --json",
      "",
      "Exit codes: 0 nothing was lost or stale; 1 something was, or the demo failed."
    })
final class DemoCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Nullable
  @Parameters(
      arity = "0..1",
      paramLabel = "ENGINE",
      completionCandidates = Names.Engines.class,
      description = "Whose partition moves. Default: the first engine's.")
  private String named;

  @Option(names = "--keys", paramLabel = "N", description = "Items to move. Default: 200000")
  private int keys = DemoOptions.KEYS;

  @Option(names = "--writers", paramLabel = "N", description = "Clients that write. Default: 8")
  private int writers = DemoOptions.WRITERS;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to write at rest before, between and after the moves. Default: 3")
  private int seconds = DemoOptions.SECONDS;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = Names.Engines.class,
      description = "The same as ENGINE.")
  private String engine = Plugs.names().getFirst();

  @Nullable
  @Option(
      names = "--home-binary",
      paramLabel = "FILE",
      description = "The program that runs a home. Default: what the engine finds.")
  private Path binary;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Option(names = "--keep", description = "Leave the data and logs in their directory.")
  private boolean keep;

  @Override
  public Integer call() throws Failure, InterruptedException {
    if (keys < 1_000 || writers < 1 || writers > 256 || seconds < 1) {
      throw new Failure(
          Exit.USAGE,
          "--keys is at least 1000, --writers 1 to 256, --seconds at least 1",
          "",
          null);
    }
    DemoOptions options =
        new DemoOptions(
            EngineOption.plug(named == null ? engine : named),
            keys,
            writers,
            seconds,
            HomeBinaryOption.program(binary),
            json,
            keep);
    try {
      return new Demo(options, context.terminal()).run() ? Exit.OK : Exit.FAILED;
    } catch (StartException e) {
      throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()), "", e);
    }
  }
}
