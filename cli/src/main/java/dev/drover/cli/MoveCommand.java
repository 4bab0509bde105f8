package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.app.client.MovePrinter;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import dev.drover.app.config.Config;
import dev.drover.app.config.Units;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `drover move P --to H`.
@Command(
    name = "move",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Move a partition to another home while its clients go on, and follow it to the end.",
      "Interrupting this command does not stop the move: 'drover abort' does."
    },
    footer = {
      "",
      "Examples:",
      "  drover move app:billing: --to green --dry-run    only look whether it would go",
      "  drover move app:billing: --to green",
      "  drover move app:billing: --to green --budget 100ms --rate 20MB/s",
      "  drover move app:billing: --to green --no-wait    queue it, and return",
      "  drover move app:billing: --to green --takeover   its home is lost: go on at 'green'",
      "",
      "Exit codes: 0 moved (or queued, or nothing speaks against it); 1 refused, failed or aborted;",
      "2 the command line or the configuration cannot be used; 3 the server cannot be reached."
    })
final class MoveCommand implements Callable<Integer> {
  /// The state of a partition that does not move.
  private static final String AT_REST = "Active";

  @Mixin private Context context = new Context();

  @Parameters(paramLabel = "PARTITION", description = "A Redis scope is called by its prefix.")
  private String partition = "";

  @Option(names = "--to", required = true, paramLabel = "HOME", description = "Where to.")
  private String to = "";

  @Option(names = "--dry-run", description = "Look whether it would go; change nothing.")
  private boolean dryRun;

  @Nullable
  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description =
          "The longest time that writers may be held. Default: as configured, else 500ms.")
  private String budget;

  @Nullable
  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "How fast to copy: 50000/s (keys), 20MB/s, unlimited. Default: as configured.")
  private String rate;

  @Option(names = "--overwrite", description = "Replace what stands at the target already.")
  private boolean overwrite;

  @Option(names = "--keep-source", description = "Leave a copy at the old home.")
  private boolean keepSource;

  @Option(
      names = "--takeover",
      description =
          "The home it is at is lost: go on at the other one without what cannot be copied now, and"
              + " bring that over once the home is there again.")
  private boolean takeover;

  @Option(
      names = "--wait",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Follow it to the end, or with --no-wait only queue it. Default: --wait")
  private boolean wait = true;

  @Option(
      names = "--json",
      description = "Print what the server says, as JSON: the end of the move.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException, InterruptedException {
    Config config = context.read();
    ApiClient client = context.client(config);
    byte[] answer = client.post("/v1/moves", body(config));
    if (dryRun) {
      return looked(answer);
    }
    String id = Json.parse(answer).text("id");
    if (!wait) {
      if (json) {
        Context.raw(answer);
      } else {
        System.out.println("queued as " + id + "; 'drover status --watch' shows it");
      }
      return Exit.OK;
    }
    return follow(client, id);
  }

  private Map<String, Object> body(Config config) throws Failure {
    try {
      Duration pause = budget == null ? config.moves().budget() : Units.duration(budget);
      Units.Rate limit = rate == null ? config.moves().rate() : Units.rate(rate);
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("partition", partition);
      body.put("to", to);
      body.put("dryRun", dryRun);
      body.put("budgetMillis", Math.max(1, pause.toMillis()));
      body.put("itemsPerSecondMax", limit.itemsPerSecond());
      body.put("bytesPerSecondMax", limit.bytesPerSecond());
      body.put("overwrite", overwrite);
      body.put("keepSource", keepSource);
      body.put("takeover", takeover);
      return body;
    } catch (IllegalArgumentException e) {
      throw new Failure(
          Exit.USAGE, String.valueOf(e.getMessage()), "'drover move --help' shows examples", e);
    }
  }

  private int looked(byte[] answer) throws ApiException {
    Json preflight = Json.parse(answer);
    boolean refused =
        preflight.items("findings").stream().anyMatch(f -> f.text("severity").equals("REFUSAL"));
    if (json) {
      Context.raw(answer);
      return refused ? Exit.FAILED : Exit.OK;
    }
    Terminal terminal = context.terminal();
    for (Json finding : preflight.items("findings")) {
      String mark =
          switch (finding.text("severity")) {
            case "OK" -> terminal.green("ok      ");
            case "WARNING" -> "warning ";
            default -> terminal.red("REFUSED ");
          };
      terminal.line(mark + finding.text("check") + ": " + finding.text("message"));
    }
    if (preflight.number("items") >= 0) {
      terminal.line("about " + Text.count(preflight.number("items")) + " keys to copy");
    }
    terminal.line(refused ? "it would be refused" : "it would go; nothing was changed");
    return refused ? Exit.FAILED : Exit.OK;
  }

  private int takenOver(Terminal terminal, MovePrinter printer, Json state) {
    if (json) {
      System.out.println(Json.write(Map.of("move", state)));
      return Exit.OK;
    }
    printer.end();
    terminal.line(terminal.green("taken over") + " by " + to);
    terminal.line(
        "what the lost home holds is brought over once it is there again; 'drover explain "
            + partition
            + "' tells of it");
    return Exit.OK;
  }

  private int follow(ApiClient client, String id) throws ApiException, InterruptedException {
    Terminal terminal = context.terminal();
    MovePrinter printer = new MovePrinter(terminal);
    if (!json) {
      terminal.line("move " + id + ": " + partition + " -> " + to);
    }
    // What a lost home holds is brought over when it is there again, which may take days.
    Json end =
        new MoveFollower(client, id)
            .follow(
                json ? state -> {} : printer,
                state -> takeover && state.text("state").equals(AT_REST));
    if (!end.has("outcome")) {
      return takenOver(terminal, printer, end);
    }
    boolean moved = end.text("outcome").equals("COMPLETED");
    if (json) {
      System.out.println(Json.write(Map.of("move", end)));
      return moved ? Exit.OK : Exit.FAILED;
    }
    printer.end();
    if (!moved) {
      terminal.line(terminal.red("aborted: ") + end.text("reason"));
      terminal.line("the partition stays at " + end.get("from").text("home"));
      return Exit.FAILED;
    }
    long took = end.number("endedMillis") - end.number("startedMillis");
    terminal.line(
        terminal.green("moved")
            + " to "
            + to
            + " in "
            + Text.seconds(took)
            + ": "
            + Text.count(end.number("items"))
            + " keys, writes held for "
            + Text.millis(end.number("writesHeldNanos"))
            + (end.number("attempts") > 1 ? " in attempt " + end.number("attempts") : ""));
    terminal.line("certificate " + id + " ('drover certificate " + id + " --verify' checks it)");
    forgotten(client, id, terminal);
    return Exit.OK;
  }

  /// Says what a certificate will not hold for.
  private static void forgotten(ApiClient client, String id, Terminal terminal)
      throws ApiException {
    List<String> gateways =
        client
            .json("/v1/certificates/" + ApiClient.encoded(id))
            .get("certificate")
            .get("proof")
            .items("receipts")
            .stream()
            .filter(receipt -> receipt.flag("forgotten"))
            .map(receipt -> receipt.text("gateway"))
            .toList();
    if (!gateways.isEmpty()) {
      terminal.line(
          terminal.red("it does not hold: ")
              + "an operator had ended the leases of "
              + String.join(", ", gateways)
              + "; what it acknowledged until it noticed may be lost");
    }
  }
}
