package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a fleet's size costs.
final class ScaleBench implements Bench {
  private static final int[] GATEWAYS = {1, 10, 100, 300, 1_000};
  private static final int[] MOVES = {1, 10, 50, 150, 500};
  private static final int[] PARTITIONS = {1_000, 100_000, 1_000_000};
  private static final int WARM_UP_MOVES = 200;

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String about() {
    return "The hold (as the driver sees it) of moves that copy nothing, by the number of gateways, of moves that enter their"
        + " holds at once, and of partitions. Store, controller and all gateways are Drover's own and share one process and"
        + " its CPUs; gateways reach the store over loopback. So the figures for many gateways are mostly the gateways' own"
        + " work, which in a fleet is spread over as many machines.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (Servers servers = new Servers()) {
      if (wanted("gateways")) {
        byGateways(setup, servers.directory(), report);
      }
      if (wanted("moves")) {
        byMoves(setup, servers.directory(), report);
      }
      if (wanted("partitions")) {
        byPartitions(setup, servers.directory(), report);
      }
    }
    if (wanted("stores")) {
      StoreLatency.run(setup, report);
    }
  }

  /// The property `drover.bench.scale` chooses parts of it.
  private static boolean wanted(String part) {
    String chosen = System.getProperty("drover.bench.scale", "");
    return chosen.isEmpty() || List.of(chosen.split(",", -1)).contains(part);
  }

  private static void byGateways(Setup setup, Path directory, Report report) throws Exception {
    try (ScaleFleet fleet = new ScaleFleet(directory.resolve("gateways"), 1)) {
      warmUp(setup, fleet);
      for (int count : GATEWAYS) {
        if (setup.quick() && count > 10) {
          break;
        }
        double joined = fleet.gateways(count);
        fleet.move(1);
        Samples holds = new Samples();
        long begin = System.nanoTime();
        int runs = setup.size(20, 3);
        for (int i = 0; i < runs; i++) {
          holds = holds.and(fleet.move(1).holds());
        }
        String name = "%,d gateways".formatted(count);
        told(name, holds, report);
        trace(name, "joined " + joined + " s, moves " + (System.nanoTime() - begin) / 1e9 + " s");
      }
    }
  }

  private static void byMoves(Setup setup, Path directory, Report report) throws Exception {
    try (ScaleFleet fleet = new ScaleFleet(directory.resolve("moves"), 1_000)) {
      warmUp(setup, fleet);
      fleet.gateways(10);
      for (int count : MOVES) {
        if (setup.quick() && count > 10) {
          break;
        }
        fleet.move(count);
        fleet.move(count);
        ScaleFleet.Moved moved = fleet.move(count).and(fleet.move(count));
        String name = "10 gateways, %,d moves at once".formatted(count);
        told(name, moved.holds(), report);
        report.info(name + ": from the first request to the last end", moved.seconds() / 2, "s");
        report.info(name + ": holds given up", (double) moved.again(), "");
      }
    }
  }

  private static void byPartitions(Setup setup, Path directory, Report report) throws Exception {
    for (int count : PARTITIONS) {
      if (setup.quick() && count > 1_000) {
        break;
      }
      long before = used();
      long begin = System.nanoTime();
      try (ScaleFleet fleet = new ScaleFleet(directory.resolve("partitions" + count), count)) {
        String name = "%,d partitions".formatted(count);
        trace(name, "filled " + (System.nanoTime() - begin) / 1e9);
        long server = used();
        report.info(name + ": a controller's start", fleet.controllerSeconds(), "s");
        report.info(name + ": store and controller", (server - before) / (double) count, "B each");
        try {
          report.info(name + ": a gateway's start", fleet.gateways(1), "s");
          report.info(name + ": a gateway", (used() - server) / (double) count, "B each");
        } catch (IOException e) {
          report.note(name + ": " + e.getMessage());
        }
        fleet.move(1);
        Samples holds = new Samples();
        for (int i = 0; i < setup.size(50, 3); i++) {
          holds = holds.and(fleet.move(1).holds());
        }
        told(name, holds, report);
        idle(name, report);
      }
    }
  }

  /// What a fleet at rest costs: the rounds of its controller.
  private static void idle(String name, Report report) throws InterruptedException {
    long cpu = cpu();
    long begin = System.nanoTime();
    Thread.sleep(5_000);
    report.info(
        name + ": CPU of all at rest", 100.0 * (cpu() - cpu) / (System.nanoTime() - begin), "%");
  }

  private static void told(String name, Samples holds, Report report) {
    report.info(name + ": hold, p50", holds.median(), "ms");
    report.info(name + ": hold, p99", holds.percentile(99), "ms");
    trace(name, "hold p50 " + holds.median() + " ms, max " + holds.max());
  }

  private static void trace(String name, String text) {
    System.err.println("  " + name + ": " + text);
  }

  private static void warmUp(Setup setup, ScaleFleet fleet) throws Exception {
    fleet.gateways(1);
    for (int i = 0; i < setup.size(WARM_UP_MOVES, 5); i++) {
      fleet.move(1);
    }
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static long cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }
}
