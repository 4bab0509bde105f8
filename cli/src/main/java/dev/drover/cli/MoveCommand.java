package dev.drover.cli;

import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.app.client.MovePrinter;
import dev.drover.app.client.Terminal;
import dev.drover.app.client.Text;
import dev.drover.app.config.Config;
import dev.drover.engine.config.Units;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      "  drover move app:billing: --to green --dry-run    only check whether it can be moved",
      "  drover move app:billing: --to green",
      "  drover move app:billing: --to green --budget 100ms --rate 20MB/s",
      "  drover move app:billing: --to green --no-wait    queue it, and return",
      "  drover move app:billing: --to green --takeover   its home is lost: go on at 'green'",
      "",
      "Exit codes: 0 moved (or queued, or nothing speaks against it); 1 refused, failed or aborted; 2 the"
          + " command line or the configuration cannot be used; 3 the server cannot be reached; 4 the"
          + " partition is there already; 5 waited for as long as --timeout says, and the move goes on; 130"
          + " interrupted, and the move goes on."
    })
final class MoveCommand implements Callable<Integer> {
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  @Mixin private Context context = new Context();

  @Parameters(
      paramLabel = "PARTITION",
      completionCandidates = Names.Partitions.class,
      description = "Its name, or ENGINE/NAME where several engines have that name.")
  private String partition = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HOME",
      completionCandidates = Names.Homes.class,
      description = "Where to.")
  private String to = "";

  @Option(names = "--dry-run", description = "Check whether it can be moved; change nothing.")
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
      description = "How fast to copy: 50000/s (items), 20MB/s, unlimited. Default: as configured.")
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

  @Nullable
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description =
          "Stop waiting after so long, with exit code 5; the move goes on. Default: wait for its end.")
  private String timeout;

  @Option(
      names = "--json",
      description = "Print what the server says, as JSON: the end of the move.")
  private boolean json;

  @Override
  public Integer call() throws Failure, ApiException, InterruptedException {
    Config config = context.read();
    long began = System.nanoTime();
    Duration most = timeout == null ? FOR_EVER : ServerContext.duration("--timeout", timeout);
    ApiClient client = context.client(config);
    Map<String, Object> body = body(config);
    if (dryRun) {
      return looked(asked(within(client, most), body));
    }
    try (Interruption interruption = Interruption.open(context.terminal(), json, asking())) {
      byte[] answer = asked(within(client, most), body);
      String id = Json.parse(answer).text("id");
      interruption.saying(goesOn(Exit.INTERRUPTED, "interrupted", id));
      if (wait) {
        return follow(client, id, most.minusNanos(System.nanoTime() - began));
      }
      if (json) {
        Context.raw(answer);
      } else {
        System.out.println("queued as " + id + "; 'drover status --watch' shows it");
      }
      return Exit.OK;
    }
  }

  private static ApiClient within(ApiClient client, Duration most) {
    return most.equals(FOR_EVER) ? client : client.within(most);
  }

  private byte[] asked(ApiClient client, Map<String, Object> body) throws Failure, ApiException {
    try {
      return client.post("/v1/moves", body);
    } catch (ApiException e) {
      throw Already.or(e, client, partition, there -> there.text("home").equals(to));
    }
  }

  /// What is so until the server has answered.
  private Failure asking() {
    return new Failure(
        Exit.INTERRUPTED,
        "interrupted before the server had answered: the move of '%s' may go on"
            .formatted(partition),
        "'drover explain %s' says whether it does, and 'drover abort %s' stops it"
            .formatted(partition, partition),
        null);
  }

  private Failure goesOn(int exit, String why, String move) {
    return new Failure(
        exit,
        "%s; move %s of '%s' goes on".formatted(why, move, partition),
        "'drover explain %s' says how far it is, 'drover status --watch' follows it, and 'drover abort %s' stops it"
            .formatted(partition, partition),
        Map.of("move", move),
        null);
  }

  private Map<String, Object> body(Config config) throws Failure {
    try {
      Duration pause = budget == null ? config.times().moves().budget() : Units.duration(budget);
      Units.Rate limit = rate == null ? config.times().moves().rate() : Units.rate(rate);
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
    if (preflight.has("items")) {
      terminal.line("about " + Text.count(preflight.number("items")) + " items to copy");
    }
    terminal.line(
        refused
            ? "Preflight failed: the move would be refused. Nothing was changed."
            : "Preflight passed. Nothing was changed.");
    return refused ? Exit.FAILED : Exit.OK;
  }

  private int takenOver(Terminal terminal, Json state) {
    if (json) {
      System.out.println(Json.write(Map.of("move", state)));
      return Exit.OK;
    }
    terminal.line(terminal.green("taken over") + " by " + to);
    terminal.line(
        "what the lost home holds is brought over once it is there again; 'drover explain "
            + partition
            + "' tells of it");
    return Exit.OK;
  }

  private int follow(ApiClient client, String id, Duration most)
      throws Failure, ApiException, InterruptedException {
    Terminal terminal = context.terminal();
    MovePrinter printer = new MovePrinter(terminal);
    if (!json && !terminal.alive()) {
      terminal.line("move " + id + ": " + partition + " -> " + to);
    }
    // What a lost home holds is brought over when it is there again, which may take days.
    Optional<Json> found =
        new MoveFollower(client, id)
            .follow(
                json ? state -> {} : printer,
                state -> takeover && state.text("state").equals(Already.AT_REST),
                most);
    if (!json) {
      printer.end();
    }
    if (found.isEmpty()) {
      throw goesOn(Exit.WAITED, "waited for " + timeout, id);
    }
    Json end = found.get();
    if (!end.has("outcome")) {
      return takenOver(terminal, end);
    }
    boolean moved = end.text("outcome").equals("COMPLETED");
    if (json) {
      System.out.println(Json.write(Map.of("move", end)));
    } else if (moved) {
      terminal.line(terminal.green("moved") + " to " + to + " in " + summary(id, end));
      forgotten(client, id, terminal);
    } else {
      terminal.line(
          "%s%s; the partition stays at %s"
              .formatted(
                  terminal.red("aborted: "),
                  end.text("reason"),
                  end.get("route").get("from").text("home")));
    }
    return moved ? Exit.OK : Exit.FAILED;
  }

  private static String summary(String id, Json end) {
    Json progress = end.get("progress");
    Json hold = end.get("hold");
    long took = progress.millis("endedAt") - progress.millis("startedAt");
    return "%s: %s %s, writes held for %s%s; certificate %s"
        .formatted(
            Text.seconds(took),
            Text.count(progress.number("itemsCompared")),
            Text.items(end),
            Text.millis(1_000 * hold.number("writesHeldMicros")),
            hold.number("attempts") > 1 ? " in attempt " + hold.number("attempts") : "",
            id);
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
