package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// How long writers are held.
final class PauseBench implements Bench {
  private static final int WRITERS = 10;
  private static final int WRITES_PER_SECOND = 5_000;
  private static final int WARM_UP_MOVES = 10;
  private static final int WARM_UP_SECONDS = 45;
  private static final double P50_MILLIS_MAX = 8;
  private static final double P99_MILLIS_MAX = 60;
  private static final double GROWTH_MAX = 1.5;
  private static final int QUIET_MILLIS = 100;
  private static final double MICROS_IN_MILLI = 1e3;

  @Override
  public String name() {
    return "pause";
  }

  @Override
  public String about() {
    return "Moves of a scope of keys of 100 B from one Redis to another and back, while ten writers (blocking connections, in a"
        + " JVM of their own) make 5,000 writes a second to it through two gateways; server and gateways are processes of"
        + " their own. The pause of a move is the longest time that any of the writes took, from its request to its"
        + " end, that were under way when ownership changed.";
  }

  /// @param pause each move's pause as the writers felt it
  /// @param longest the longest that any write took while the move ran, its copy and purge included
  /// @param held each move's pause as the driver saw it, from Cutover to Active
  /// @param between the longest wait in as many spans without a move
  /// @param failed writes that were answered by an error
  private record Pauses(
      Samples pause, Samples longest, Samples held, Samples between, long failed) {
    Pauses and(Pauses more) {
      return new Pauses(
          pause.and(more.pause),
          longest.and(more.longest),
          held.and(more.held),
          between.and(more.between),
          failed + more.failed);
    }
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Pauses before = small(setup);
    Pauses middle = measure(setup, setup.size(100_000, 5_000), setup.size(20, 3));
    Pauses large = measure(setup, setup.size(1_000_000, 20_000), setup.size(8, 2));
    Pauses small = before.and(small(setup));
    double p50 = middle.pause().median();
    report.atMost("100,000 keys: p50", p50, "ms", P50_MILLIS_MAX);
    report.atMost("100,000 keys: p99", middle.pause().percentile(99), "ms", P99_MILLIS_MAX);
    details("100,000 keys", middle, report);
    report.info("10,000 keys: p50", small.pause().median(), "ms");
    report.info("10,000 keys: p99", small.pause().percentile(99), "ms");
    details("10,000 keys", small, report);
    report.info("1,000,000 keys: p50", large.pause().median(), "ms");
    report.info("1,000,000 keys: p99", large.pause().percentile(99), "ms");
    details("1,000,000 keys", large, report);
    report.atMost(
        "p50 at 1,000,000 keys to p50 at 10,000",
        large.pause().median() / small.pause().median(),
        "×",
        GROWTH_MAX);
    long failed = small.failed() + middle.failed() + large.failed();
    report.atMost("writes refused or unanswered", (double) failed, "", 0);
    report.note(
        "Recorded after %d s of these writes, in which the gateways' JVMs compile what each request runs through."
            .formatted(WARM_UP_SECONDS));
    report.note(
        "%d moves of 10,000 keys, %d of 100,000 and %d of 1,000,000, each after %d unrecorded ones; so p99 is the worst."
            .formatted(
                small.pause().count(),
                middle.pause().count(),
                large.pause().count(),
                WARM_UP_MOVES));
    report.note(
        "Half of the moves of 10,000 keys came before those of 1,000,000 and half after them: a shared machine is not equally"
            + " quiet for ten minutes.");
    report.note(
        "The longest write of a whole move was mostly not held by it, but shared two cores with its copy, verification and"
            + " purge. \"no move\" is the longest write of spans as long as the moves in which none ran: what machine,"
            + " JVMs and Redis cost by themselves.");
  }

  private static void details(String name, Pauses pauses, Report report) {
    report.info(name + ": driver's hold, p50", pauses.held().median(), "ms");
    report.info(name + ": driver's hold, worst", pauses.held().max(), "ms");
    report.info(name + ": longest write of a whole move, p50", pauses.longest().median(), "ms");
    report.info(name + ": longest write of a whole move, worst", pauses.longest().max(), "ms");
    report.info(name + ": no move, p50", pauses.between().median(), "ms");
    report.info(name + ": no move, worst", pauses.between().max(), "ms");
  }

  private static Pauses small(Setup setup) throws Exception {
    return measure(setup, setup.size(10_000, 2_000), setup.size(10, 2));
  }

  private static Pauses measure(Setup setup, int keys, int moves) throws Exception {
    try (Servers servers = new Servers()) {
      Servers.Redis a = servers.redis();
      Servers.Redis b = servers.redis();
      try (Fleet fleet = new Fleet(setup, servers, a, b, List.of("g1", "g2"))) {
        fleet.start();
        try (Load load = Load.start(fleet.gatewayPorts(), WRITERS, WRITES_PER_SECOND, keys)) {
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
    }
  }

  private static void fill(Servers.Redis home, int keys) throws IOException {
    try (RespConnection connection = home.connect()) {
      Keys.strings(connection, keys, i -> Fleet.SCOPE + i);
    }
  }

  private static Pauses record(Fleet fleet, Load load, int moves, boolean moved)
      throws IOException, InterruptedException {
    Samples pause = new Samples();
    Samples longest = new Samples();
    Samples held = new Samples();
    Samples between = new Samples();
    long failed = 0;
    boolean there = moved;
    for (int i = 0; i < moves; i++) {
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      load.felt();
      there = !there;
      long begin = System.nanoTime();
      JsonNode ended = fleet.move(there ? "b" : "a");
      double heldMillis = ended.path("hold").path("writesHeldMicros").asLong() / MICROS_IN_MILLI;
      held.add(heldMillis);
      TimeUnit.MILLISECONDS.sleep(QUIET_MILLIS);
      long took = System.nanoTime() - begin;
      Load.Felt felt = load.felt();
      longest.add(felt.longestMillis());
      double pauseMillis = load.longestMillisAt(fleet.committedMillis(ended));
      pause.add(pauseMillis);
      TimeUnit.NANOSECONDS.sleep(Math.min(took, TimeUnit.SECONDS.toNanos(3)));
      Load.Felt quiet = load.felt();
      between.add(quiet.longestMillis());
      failed += felt.failed() + quiet.failed();
      if (Boolean.getBoolean("drover.bench.trace")) {
        System.err.printf(
            "move %d: %.2f s, pause %.2f ms, longest %.2f ms, p99 %.2f ms, held %.2f ms; no move %.2f ms%n",
            i,
            took / 1e9,
            pauseMillis,
            felt.longestMillis(),
            felt.p99Millis(),
            heldMillis,
            quiet.longestMillis());
      }
    }
    return new Pauses(pause, longest, held, between, failed);
  }
}
