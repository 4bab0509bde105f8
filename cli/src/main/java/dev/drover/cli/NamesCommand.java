package dev.drover.cli;

import dev.drover.app.client.ApiException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `drover names KIND`, for completion scripts: nobody wants to read there why there are none.
@Command(
    name = "names",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Print the names of a kind, one a line; nothing if the server cannot be asked.")
final class NamesCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Parameters(paramLabel = "KIND", description = "partitions, homes, gateways, moves or strays")
  private Names kind = Names.PARTITIONS;

  @Override
  public Integer call() {
    try {
      kind.all(context).forEach(System.out::println);
    } catch (Failure | ApiException e) {
      return Exit.FAILED;
    }
    return Exit.OK;
  }
}
