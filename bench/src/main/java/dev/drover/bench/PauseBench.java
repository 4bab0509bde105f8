package dev.drover.bench;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How long writers are held.
final class PauseBench implements Bench {
  private static final int WRITERS = 10;
  private static final int WRITES_PER_SECOND = 5_000;
  private static final int WARM_UP_MOVES = 10;
  private static final int WARM_UP_SECONDS = 45;
  private static final double P50_RATIO_MAX = 1.5;
  private static final double P99_RATIO_MAX = 3;
  private static final double GROWTH_MAX = 1.5;
  private static final int QUIET_MILLIS = 100;
  private static final double MICROS_IN_MILLI = 1e3;
  private static final List<String> GATEWAYS = List.of("g1", "g2");
  private static final PartitionId PARTITION = new PartitionId(new Engine("redis"), Fleet.SCOPE);

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String about() {
    return "Moves of a scope of keys of 100 B from one Redis to another and back, while ten writers (blocking connections, in a"
        + " JVM of their own) make 5,000 writes a second to it through two gateways; server and gateways are processes of"
        + " their own. The pause of a move is the longest time that any of the writes took, from its request to its"
        + " end, that were under way when ownership changed. After each move comes an equal span without one: it is"
        + " exactly as long as the move was, from its request to its end, under the same load. Its figure is the longest"
        + " time of any write that was under way in it. What is checked is the ratio of the two: whether a client feels a move"
        + " more than what it feels anyway in the time that a move takes.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Pauses before = small(setup);
    Pauses middle = measure(setup, setup.size(100_000, 5_000), setup.size(100, 3), report);
    Pauses large = measure(setup, setup.size(1_000_000, 20_000), setup.size(8, 2), null);
    Pauses small = before.and(small(setup));
    report.atMost(
        "100,000 keys: p50 of the pause to p50 of an equal span",
        middle.pause().median() / middle.span().median(),
        "×",
        P50_RATIO_MAX);
    report.atMost(
        "100,000 keys: p99 of the pause to p99 of an equal span",
        middle.pause().percentile(99) / middle.span().percentile(99),
        "×",
        P99_RATIO_MAX);
    details("100,000 keys", middle, report);
    details("10,000 keys", small, report);
    details("1,000,000 keys", large, report);
    report.atMost(
        "p50 at 1,000,000 keys to p50 at 10,000",
        large.pause().median() / small.pause().median(),
        "×",
        GROWTH_MAX);
    long failed = small.failed() + middle.failed() + large.failed();
    report.atMost("writes refused or unanswered", (double) failed, "", 0);
    small.and(middle).and(large).tellFailure(report);
    notes(small, middle, large, report);
  }

  private static void notes(Pauses small, Pauses middle, Pauses large, Report report) {
    report.note(
        "Recorded after %d s of these writes, in which the gateways' JVMs compile what each request runs through."
            .formatted(WARM_UP_SECONDS));
    report.note(
        "%d moves of 10,000 keys, %d of 100,000 and %d of 1,000,000, each after %d unrecorded ones, and each followed by its equal"
                .formatted(
                    small.moves().size(),
                    middle.moves().size(),
                    large.moves().size(),
                    WARM_UP_MOVES)
            + " span. Of fewer than 100, p99 is the worst.");
    report.note(
        "Half of the moves of 10,000 keys came before those of 1,000,000 and half after them: a shared machine is not equally"
            + " quiet for ten minutes.");
    report.note(
        "The longest write of a whole move was mostly not held by it, but shared two cores with its copy, verification and"
            + " purge.");
    report.note(
        "The span as long as the hold is a few milliseconds out of the middle of each equal span. The pause is many times its"
            + " longest write, for there one write after the other is answered at once: it tells how long a hold is in writes,"
            + " not whether a client notices it. No hold with two syncs and two rounds through all gateways comes near it,"
            + " so it is not checked.");
    report.note(
        "Server and gateways at 100,000 keys kept a flight recording of the legs, which cost what it cost in the moves"
            + " and in the spans alike.");
  }

  private static void details(String name, Pauses pauses, Report report) {
    figure(name + ": pause", pauses.pause(), report);
    figure(name + ": equal span without a move, longest write", pauses.span(), report);
    figure(name + ": driver's hold", pauses.held(), report);
    figure(name + ": whole move, longest write", pauses.longest(), report);
    report.info(
        name + ": p50 of that to p50 of an equal span",
        pauses.longest().median() / pauses.span().median(),
        "×");
    figure(name + ": span as long as the hold, longest write", pauses.instant(), report);
  }

  private static void figure(String name, Samples samples, Report report) {
    report.info(name + ", p50", samples.median(), "ms");
    report.info(name + ", p99", samples.percentile(99), "ms");
  }

  private static Pauses small(Setup setup) throws Exception {
    return measure(setup, setup.size(10_000, 2_000), setup.size(10, 2), null);
  }

  /// @param traced where to tell the legs of the holds, or null
  private static Pauses measure(Setup setup, int keys, int moves, @Nullable Report traced)
      throws Exception {
    try (Servers servers = new Servers()) {
      Servers.Redis a = servers.redis();
      Servers.Redis b = servers.redis();
      try (Fleet fleet = new Fleet(setup, servers, a, b, GATEWAYS)) {
        if (traced != null) {
          fleet.recordLegs();
        }
        fleet.start();
        Pauses pauses = measured(setup, fleet, a, b, keys, moves);
        if (traced != null) {
          traced.table(trace(fleet, moves).table("Where a hold's time goes at 100,000 keys"));
        }
        return pauses;
      }
    }
  }

  private static HoldTrace trace(Fleet fleet, int moves) throws IOException, InterruptedException {
    Map<String, Recorded> gateways = new LinkedHashMap<>();
    for (String gateway : GATEWAYS) {
      gateways.put(gateway, fleet.recorded(1 + gateways.size()));
    }
    return new HoldTrace(PARTITION, fleet.recorded(0), gateways, moves);
  }

  private static Pauses measured(
      Setup setup, Fleet fleet, Servers.Redis a, Servers.Redis b, int keys, int moves)
      throws IOException, InterruptedException {
    try (Load load =
        Load.start(Writes.Kind.SCOPE, fleet.gatewayPorts(), WRITERS, WRITES_PER_SECOND, keys)) {
      boolean there = false;
      for (int i = 0; i < WARM_UP_MOVES; i++) {
        there = !there;
        fleet.move(there ? "b" : "a");
      }
      TimeUnit.SECONDS.sleep(setup.size(WARM_UP_SECONDS, 1));
      fill(there ? b : a, keys);
      there = !there;
      fleet.move(there ? "b" : "a");
      return record(fleet, load, moves, there);
    }
  }

  private static void fill(Servers.Redis home, int keys) throws IOException {
    try (RespConnection connection = home.connect()) {
      Keys.strings(connection, keys, i -> Fleet.SCOPE + i);
    }
  }

  /// Moves to and fro between homes `a` and `b`, with an equal span after each.
  ///
  /// @param moved whether the partition is at `b` now
  static Pauses record(Fleet fleet, Load load, int moves, boolean moved)
      throws IOException, InterruptedException {
    List<Pauses.Felt> all = new ArrayList<>();
    long _ = load.failed();
    boolean there = moved;
    for (int i = 0; i < moves; i++) {
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      there = !there;
      all.add(felt(fleet, load, there ? "b" : "a"));
      if (Boolean.getBoolean("drover.bench.trace")) {
        System.err.println("move " + i + ": " + all.getLast());
      }
    }
    return new Pauses(all, load.failed(), load.failure());
  }

  private static Pauses.Felt felt(Fleet fleet, Load load, String to)
      throws IOException, InterruptedException {
    long begin = System.currentTimeMillis();
    JsonNode ended = fleet.move(to);
    long end = Instant.parse(ended.path("progress").path("endedAt").asString("")).toEpochMilli();
    double held = ended.path("hold").path("writesHeldMicros").asLong() / MICROS_IN_MILLI;
    // A write that is under way at the end of a span is known once it has ended.
    TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
    long committed = fleet.committedMillis(ended);
    double pause = load.longestMillis(committed, committed);
    double longest = load.longestMillis(begin, end);
    long from = System.currentTimeMillis();
    TimeUnit.MILLISECONDS.sleep(end - begin);
    long until = from + end - begin;
    TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
    double span = load.longestMillis(from, until);
    long middle = (from + until) / 2;
    double instant = load.longestMillis(middle, middle + Math.round(held));
    return new Pauses.Felt(pause, longest, held, span, instant);
  }
}
