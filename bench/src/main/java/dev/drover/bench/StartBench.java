package dev.drover.bench;

import java.util.List;

/// How long people wait for the command.
final class StartBench implements Bench {
  private static final double SERVER_SECONDS_MAX = 2.5;
  private static final double STATUS_SECONDS_MAX = 0.7;
  private static final int RUNS = 10;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "`./drover server` until it says that it is ready, and `./drover status` against a running server, by the wall"
        + " clock, launcher and JVM included.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    int runs = setup.size(RUNS, 2);
    Samples server = new Samples();
    Samples status = new Samples();
    try (Servers servers = new Servers()) {
      Servers.Redis a = servers.redis();
      Servers.Redis b = servers.redis();
      try (Fleet fleet = new Fleet(setup, servers, a, b, List.of("g1"))) {
        List<String> command =
            List.of(setup.launcher().toString(), "status", "-c", fleet.file().toString());
        Programs.end(fleet.startServer());
        for (int i = 0; i < runs; i++) {
          long begin = System.nanoTime();
          Process started = fleet.startServer();
          server.add((System.nanoTime() - begin) / 1e9);
          if (i == 0) {
            Programs.run(command);
          }
          begin = System.nanoTime();
          Programs.run(command);
          status.add((System.nanoTime() - begin) / 1e9);
          Programs.end(started);
        }
      }
    }
    report.atMost("server to ready", server.median(), "s", SERVER_SECONDS_MAX);
    report.info("server to ready, slowest", server.max(), "s");
    report.atMost("drover status", status.median(), "s", STATUS_SECONDS_MAX);
    report.info("drover status, slowest", status.max(), "s");
    report.note("Medians of " + runs + " starts in turn, after one that is not counted.");
  }
}
