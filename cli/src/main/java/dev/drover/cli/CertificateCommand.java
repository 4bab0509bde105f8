package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.CertificatePrinter;
import dev.drover.app.client.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover certificate M`.
@Command(
    name = "certificate",
    mixinStandardHelpOptions = true,
    description =
        "Show the proof of a finished move: receipts, positions, counts, digests, durations.",
    footer = {
      "",
      "Examples:",
      "  drover history                                   lists the moves",
      "  drover certificate 20261121-0511-ab3f",
      "  drover certificate 20261121-0511-ab3f --verify   exits with 1 if a check does not hold"
    })
final class CertificateCommand implements Callable<Integer> {
  @Mixin private Context context = new Context();

  @Parameters(paramLabel = "MOVE")
  private String move = "";

  @Option(names = "--json", description = "Print what the server says, as JSON.")
  private boolean json;

  @Option(
      names = "--verify",
      description = "Check what it says, and exit with 1 if it does not hold.")
  private boolean verify;

  @Override
  public Integer call() throws Failure, ApiException {
    byte[] answer = context.client().get("/v1/certificates/" + ApiClient.encoded(move));
    Json view = Json.parse(answer);
    if (json) {
      Context.raw(answer);
    } else {
      CertificatePrinter printer = new CertificatePrinter(context.terminal());
      printer.print(view.get("certificate"));
      if (verify) {
        printer.checks(view.items("checks"));
      }
    }
    boolean holds = view.items("checks").stream().allMatch(check -> check.flag("holds"));
    return verify && !holds ? Exit.FAILED : Exit.OK;
  }
}
