package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What the way through the gateway costs.
final class GatewayBench implements Bench {
  private static final int ROUNDS = 3;
  private static final int CLIENTS = 50;
  private static final int KEYS = 100_000;
  private static final double HUNDRED_THOUSAND = 1e5;

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public String about() {
    return "`redis-benchmark` with 50 connections on random keys of a scope, directly to Redis and through one gateway, at"
        + " pipeline 1 and 16. CPU is the gateway's process, for 100,000 requests.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (Servers servers = new Servers()) {
      Servers.Redis a = servers.redis();
      Servers.Redis b = servers.redis();
      try (Fleet fleet = new Fleet(setup, servers, a, b, List.of("g1"));
          RespConnection filler = a.connect()) {
        fleet.start();
        Keys.strings(filler, KEYS, i -> "%s%012d".formatted(Fleet.SCOPE, i));
        for (int pipeline : new int[] {1, 16}) {
          for (String command : List.of("GET", "SET")) {
            compare(setup, fleet, a.port(), command, pipeline, report);
          }
        }
      }
    }
    report.note(
        "Medians of %d runs, direct and through in turn, after one of each that is not counted. redis-benchmark, gateway and Redis"
                .formatted(setup.size(ROUNDS, 1))
            + " share the machine's cores.");
  }

  private static void compare(
      Setup setup, Fleet fleet, int direct, String command, int pipeline, Report report)
      throws IOException, InterruptedException {
    int requests = setup.size(pipeline == 1 ? 200_000 : 1_000_000, 20_000);
    int rounds = setup.size(ROUNDS, 1);
    Samples straight = new Samples();
    Samples through = new Samples();
    Samples cpu = new Samples();
    perSecond(direct, command, pipeline, requests);
    perSecond(fleet.port("g1"), command, pipeline, requests);
    for (int i = 0; i < rounds; i++) {
      straight.add(perSecond(direct, command, pipeline, requests));
      Duration before = fleet.cpu(1);
      through.add(perSecond(fleet.port("g1"), command, pipeline, requests));
      cpu.add(fleet.cpu(1).minus(before).toNanos() / 1e9 * HUNDRED_THOUSAND / requests);
    }
    String name = command + ", pipeline " + pipeline;
    report.info(name + ": direct", straight.median(), "/s");
    report.info(name + ": through the gateway", through.median(), "/s");
    report.info(name + ": ratio", through.median() / straight.median(), "×");
    report.info(name + ": CPU for 100,000", cpu.median(), "s");
  }

  private static double perSecond(int port, String command, int pipeline, int requests)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("redis-benchmark", "-p", "" + port, "--csv"));
    line.addAll(List.of("-n", "" + requests, "-c", "" + CLIENTS, "-P", "" + pipeline));
    line.addAll(List.of("-r", "" + KEYS, command, Fleet.SCOPE + "__rand_int__"));
    if (command.equals("SET")) {
      line.add("v".repeat(Keys.VALUE_BYTES));
    }
    String said = Programs.run(line);
    String last = said.strip().lines().reduce("", (before, each) -> each);
    String[] parts = last.split("\",\"", 3);
    if (parts.length < 2) {
      throw new IOException("redis-benchmark said: " + said);
    }
    return Double.parseDouble(parts[1]);
  }
}
