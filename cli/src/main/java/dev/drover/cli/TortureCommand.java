package dev.drover.cli;

import dev.drover.app.StartException;
import dev.drover.engine.Plugs;
import dev.drover.torture.Torture;
import dev.drover.torture.TortureOptions;
import dev.drover.torture.TortureOptions.EngineUnderTest;
import dev.drover.torture.TortureOptions.Pace;
import dev.drover.torture.TortureOptions.Report;
import dev.drover.torture.TortureOptions.Shape;
import dev.drover.torture.TortureOptions.Store;
import dev.drover.torture.TortureOptions.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `drover torture`.
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Move partitions of a real fleet at random under real faults, and check every answer.",
      "Server, gateways, homes and clients, each a process of its own, are killed and stopped,",
      "connections cut, slowed, silenced and half-closed, the disk under the store is full.",
      "Old stores are put in the newest one's place and configurations get mistakes, which must be",
      "refused; a home begins again with no data, where nothing or one reserved partition may be lost.",
      "Every operation of every client is written down with its begin, end and outcome. In the end",
      "a checker decides for each key or document whether every acknowledged write is there, once,",
      "and every read saw every write acknowledged before it began.",
      "",
      "The seed decides what is done to whom and when. Time is real, so what comes of it is not the",
      "same twice. Homes sync every write before they answer it: what one loses in a kill would be",
      "its own loss, not Drover's. To fill a disk a small file system is",
      "mounted, which takes root; without, that fault is left out, and the report says so.",
      "",
      "With --store etcd, redis or opensearch the store is processes of its own, which are killed, stopped and",
      "cut off too, and of two servers one drives and the other takes over. etcd is that of PATH.",
      "The Redis syncs every write, so it keeps what it has acknowledged when it is killed; what it",
      "may lose in a failover or with its machine's clock is not taken from it.",
      "",
      "With --engine opensearch the homes are OpenSearch nodes of half a gigabyte each, and tenants",
      "move between shared indices and their own. Such homes are never emptied here.",
      "",
      "With --fallbacks homes are also lost for five to ten seconds. What is checked of scopes with a",
      "fallback leaves out what a takeover does not promise: that what was written before is there",
      "before it has been brought over, and that a deletion reaches what only the lost home holds."
    },
    footer = {
      "",
      "Examples:",
      "  drover torture                          two minutes, a seed of their own",
      "  drover torture --minutes 60 --seed 42   an hour of this seed",
      "  drover torture --store etcd --nodes 3   on an etcd of three members",
      "  drover torture --engine opensearch --homes 2 --gateways 2 --clients 2   tenants",
      "  drover torture --json                   the report for scripts",
      "",
      "Exit codes: 0 nothing was lost, stale, duplicated, invented or stuck; 1 something was: the",
      "histories, logs and the plan are kept, and the report names their directory."
    })
final class TortureCommand implements Callable<Integer> {
  private static final double MINUTES_MAX = 24 * 60;
  private static final int MANY_MAX = 9;

  @Mixin private Context context = new Context();

  @Option(names = "--minutes", paramLabel = "M", description = "How long. Default: 2")
  private double minutes = 2;

  @Nullable
  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Decides the faults and moves. Default: a random one, which is printed.")
  private Long seed;

  @Option(names = "--gateways", paramLabel = "N", description = "Default: 3")
  private int gateways = Shape.DEFAULT.gateways();

  @Option(
      names = "--fresh",
      paramLabel = "N",
      description =
          "So many of the gateways hold no lease, but ask the store for each request. Default: 0")
  private int fresh;

  @Option(names = "--homes", paramLabel = "N", description = "Homes. Default: 3")
  private int homes = Shape.DEFAULT.homes();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "Client processes, of six connections each. Default: 3")
  private int clients = Shape.DEFAULT.clients();

  @Option(names = "--scopes", paramLabel = "N", description = "Partitions. Default: 6")
  private int scopes = Shape.DEFAULT.scopes();

  @Option(
      names = "--fallbacks",
      paramLabel = "N",
      description =
          "So many of the scopes have a fallback, and homes are lost for so long that it takes over."
              + " Not with opensearch. Default: 0")
  private int fallbacks;

  @Option(
      names = "--store",
      paramLabel = "KIND",
      description =
          "The store behind the fleet: embedded, etcd, redis or opensearch, the latter three as processes of their"
              + " own, with two servers. Default: embedded")
  private StoreKind store = Store.DEFAULT.kind();

  @Option(names = "--nodes", paramLabel = "N", description = "Members of the etcd. Default: 1")
  private int nodes = Store.DEFAULT.nodes();

  @Option(
      names = "--fault-every",
      paramLabel = "MS",
      description = "Milliseconds from one fault to the next, on average. Default: 2500")
  private long faultMillis = Pace.DEFAULT.faultEvery().toMillis();

  @Option(
      names = "--move-every",
      paramLabel = "MS",
      description = "Milliseconds from one move to the next, on average. Default: 2500")
  private long moveMillis = Pace.DEFAULT.moveEvery().toMillis();

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      completionCandidates = Names.Engines.class,
      description = "Whose partitions are tortured. Default: the first engine's.")
  private String engine = Plugs.names().getFirst();

  @Nullable
  @Option(
      names = "--home-binary",
      paramLabel = "FILE",
      description = "The program that runs a home. Default: what the engine finds.")
  private Path binary;

  @Option(names = "--json", description = "Print the report as JSON, and no progress.")
  private boolean json;

  @Option(names = "--keep", description = "Leave histories, logs and the plan also if all is well.")
  private boolean keep;

  @Option(
      names = "--sabotage",
      hidden = true,
      description = "Write past the gateways, to see that the checker notices.")
  private boolean sabotage;

  @Override
  public Integer call() throws Failure, InterruptedException {
    if (!(minutes > 0 && minutes <= MINUTES_MAX)
        || outside(gateways, 1)
        || outside(nodes, 1)
        || (nodes > 1 && store != StoreKind.ETCD)
        || fresh < 0
        || fresh > gateways
        || outside(homes, 2)
        || outside(clients, 1)
        || scopes < 1
        || scopes > 100
        || fallbacks < 0
        || fallbacks > scopes
        || faultMillis < 10
        || moveMillis < 10) {
      throw new Failure(
          Exit.USAGE,
          "--minutes is more than 0 and at most 1440, --gateways and --clients are 1 to 9, --nodes too but more than 1 with etcd only, --fresh at most --gateways, --homes 2 to 9, --scopes 1 to 100, --fallbacks at most --scopes, --fault-every and --move-every at least 10",
          "",
          null);
    }
    TortureOptions options =
        new TortureOptions(
            Duration.ofMillis((long) (minutes * 60_000)),
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
            new Shape(gateways, fresh, homes, clients, scopes, fallbacks),
            new Store(store, nodes),
            new EngineUnderTest(
                EngineOption.plug(engine).engine().name(), HomeBinaryOption.program(binary)),
            new Pace(Duration.ofMillis(faultMillis), Duration.ofMillis(moveMillis)),
            sabotage,
            new Report(json, keep));
    try {
      return new Torture(options, context.terminal()).run().well() ? Exit.OK : Exit.FAILED;
    } catch (StartException e) {
      throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()), "", e);
    }
  }

  private static boolean outside(int many, int least) {
    return many < least || many > MANY_MAX;
  }
}
