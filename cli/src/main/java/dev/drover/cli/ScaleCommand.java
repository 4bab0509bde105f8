package dev.drover.cli;

import dev.drover.app.client.Json;
import dev.drover.app.client.Terminal;
import dev.drover.sim.scale.Costs;
import dev.drover.sim.scale.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover scale`.
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tell how long writes are held in a fleet of any size, by simulation.",
      "Drivers and gateways run on the code that runs in production, in virtual time, against a",
      "store whose requests cost what was measured ('drover bench scale'). The same seed plays the",
      "same run on any machine."
    },
    footer = {
      "",
      "Without sizes, three curves: by gateways (1 to 1000), by partitions (to 1000000), and by",
      "moves that enter their holds at once (to 500).",
      "",
      "Examples:",
      "  drover scale                                  the curves of docs/scale.md",
      "  drover scale --store etcd --json              the same with one etcd, as JSON",
      "  drover scale --gateways 200 --moves 20        one fleet",
      "",
      "Exit codes: 0 it was played; 2 the command line cannot be used."
    })
final class ScaleCommand implements Callable<Integer> {
  private static final int[] GATEWAYS = {1, 3, 10, 30, 100, 300, 1_000};
  private static final int[] PARTITIONS = {1, 1_000, 10_000, 100_000, 1_000_000};
  private static final int[] MOVES = {1, 3, 10, 30, 100, 200, 500};
  private static final int GATEWAYS_USUAL = 10;
  private static final int PARTITIONS_USUAL = 1_000;
  private static final int GATEWAYS_MAX = 10_000;
  private static final int PARTITIONS_MAX = 10_000_000;
  private static final int MOVES_MAX = 5_000;
  private static final int ROUNDS_MAX = 200;
  private static final int WORK_MAX = 20_000;

  @Mixin private Context context = new Context();

  @Option(
      names = "--store",
      paramLabel = "S",
      description = "Whose costs: ${COMPLETION-CANDIDATES}. Default: EMBEDDED")
  private Store store = Store.EMBEDDED;

  @Nullable
  @Option(
      names = "--gateways",
      paramLabel = "N",
      description = "One fleet, of so many gateways: 1 to 10000. Default: 10")
  private Integer gateways;

  @Nullable
  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "One fleet, of so many partitions: 1 to 10000000. Default: 1000")
  private Integer partitions;

  @Nullable
  @Option(
      names = "--moves",
      paramLabel = "N",
      description = "One fleet, with so many moves at once: 1 to 5000. Default: 1")
  private Integer moves;

  @Option(names = "--seed", paramLabel = "S", description = "What chance is drawn from. Default: 1")
  private long seed = 1;

  @Option(names = "--json", description = "Print the result as JSON, and no progress.")
  private boolean json;

  enum Store {
    EMBEDDED,
    ETCD
  }

  @Override
  public Integer call() throws Failure {
    int ofGateways = size("--gateways", gateways, GATEWAYS_USUAL, GATEWAYS_MAX);
    int ofPartitions = size("--partitions", partitions, PARTITIONS_USUAL, PARTITIONS_MAX);
    int ofMoves = size("--moves", moves, 1, MOVES_MAX);
    Terminal terminal = context.terminal();
    List<Map<String, Object>> all = new ArrayList<>();
    if (gateways != null || partitions != null || moves != null) {
      play(
          terminal,
          "one fleet",
          List.of(fleet(ofGateways, Math.max(ofMoves, ofPartitions), ofMoves)),
          all);
    } else {
      play(terminal, "by gateways", byGateways(), all);
      play(terminal, "by partitions", byPartitions(), all);
      play(terminal, "by moves at once", byMoves(), all);
    }
    if (json) {
      terminal.line(Json.write(Map.of("store", name(), "fleets", all)));
    }
    return Exit.OK;
  }

  private static int size(String option, @Nullable Integer given, int usual, int most)
      throws Failure {
    int size = given == null ? usual : given;
    if (size < 1 || size > most) {
      throw new Failure(Exit.USAGE, option + " is at least 1 and at most " + most, "", null);
    }
    return size;
  }

  private List<Scale.Fleet> byGateways() {
    List<Scale.Fleet> fleets = new ArrayList<>();
    for (int count : GATEWAYS) {
      fleets.add(fleet(count, PARTITIONS_USUAL, 1));
    }
    return fleets;
  }

  private List<Scale.Fleet> byPartitions() {
    List<Scale.Fleet> fleets = new ArrayList<>();
    for (int count : PARTITIONS) {
      fleets.add(fleet(GATEWAYS_USUAL, count, 1));
    }
    return fleets;
  }

  private List<Scale.Fleet> byMoves() {
    List<Scale.Fleet> fleets = new ArrayList<>();
    for (int count : MOVES) {
      fleets.add(fleet(GATEWAYS_USUAL, PARTITIONS_USUAL, count));
    }
    return fleets;
  }

  /// Fewer rounds of larger fleets: each round gives a pause for each gateway and move.
  private Scale.Fleet fleet(int ofGateways, int ofPartitions, int ofMoves) {
    int rounds = Math.clamp(WORK_MAX / ((long) ofGateways * ofMoves), 3, ROUNDS_MAX);
    return new Scale.Fleet(ofGateways, ofPartitions, ofMoves, rounds, seed);
  }

  private void play(
      Terminal terminal, String title, List<Scale.Fleet> fleets, List<Map<String, Object>> all) {
    if (!json) {
      terminal.line("%s, store: %s".formatted(title, name()));
      terminal.line(
          "%10s %11s %6s %10s %10s %10s %12s"
              .formatted(
                  "gateways", "partitions", "moves", "p50 ms", "p99 ms", "max ms", "requests"));
    }
    for (Scale.Fleet fleet : fleets) {
      if (!json && terminal.alive()) {
        terminal.over(
            "%,d gateways, %,d partitions, %,d moves …"
                .formatted(fleet.gateways(), fleet.partitions(), fleet.moves()));
      }
      Scale.Result result = Scale.play(fleet, store == Store.ETCD ? Costs.ETCD : Costs.EMBEDDED);
      all.add(asMap(title, result));
      if (!json) {
        terminal.cleared();
        terminal.line(line(result));
      }
    }
    if (!json) {
      terminal.line("");
    }
  }

  private static String line(Scale.Result result) {
    Scale.Fleet fleet = result.fleet();
    return "%,10d %,11d %,6d %10.1f %10.1f %10.1f %,12d"
        .formatted(
            fleet.gateways(),
            fleet.partitions(),
            fleet.moves(),
            result.pauses().p50Millis(),
            result.pauses().p99Millis(),
            result.pauses().maxMillis(),
            result.requests() / fleet.rounds() / fleet.moves());
  }

  private static Map<String, Object> asMap(String title, Scale.Result result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("curve", title);
    map.put("gateways", result.fleet().gateways());
    map.put("partitions", result.fleet().partitions());
    map.put("moves", result.fleet().moves());
    map.put("rounds", result.fleet().rounds());
    map.put("seed", result.fleet().seed());
    map.put("p50Millis", result.pauses().p50Millis());
    map.put("p99Millis", result.pauses().p99Millis());
    map.put("maxMillis", result.pauses().maxMillis());
    map.put("requests", result.requests());
    map.put("told", result.told());
    map.put("views", result.views());
    return map;
  }

  private String name() {
    return store.name().toLowerCase(Locale.ROOT);
  }
}
