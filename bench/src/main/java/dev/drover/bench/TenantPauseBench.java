package dev.drover.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How long writers to a tenant are held.
final class TenantPauseBench implements Bench {
  private static final int WRITERS = 10;
  private static final int WRITES_PER_SECOND = 300;
  private static final int WARM_UP_MOVES = 4;
  private static final int WARM_UP_SECONDS = 20;
  private static final double PAUSE_MILLIS_MAX = 250;
  private static final double GROWTH_MAX = 1.5;

  @Override
  public String name() {
    return "tenants-pause";
  }

  @Override
  public String about() {
    return "Moves of a tenant with an index of its own, documents of 1 KB, from one OpenSearch 3.8 node to another and back, while"
        + " ten writers (blocking connections, in a JVM of their own) make 300 writes a second through two gateways. The pause of"
        + " a move is the longest time that any of the writes took that were under way when ownership changed.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    Pauses large = measure(setup, setup.size(50_000, 2_000), setup.size(10, 2));
    Pauses small = measure(setup, setup.size(5_000, 500), setup.size(10, 2));
    report.atMost("50,000 documents: pause, p50", large.pause().median(), "ms", PAUSE_MILLIS_MAX);
    details("50,000 documents", large, report);
    details("5,000 documents", small, report);
    report.atMost(
        "p50 at 50,000 documents to p50 at 5,000",
        large.pause().median() / small.pause().median(),
        "×",
        GROWTH_MAX);
    report.atMost(
        "writes refused or unanswered", (double) (small.failed() + large.failed()), "", 0);
    small.and(large).tellFailure(report);
    report.note(
        "%d moves each, after %d unrecorded ones and %d s of these writes. Both nodes, server, gateways and writers share the machine's cores."
            .formatted(large.moves().size(), WARM_UP_MOVES, setup.size(WARM_UP_SECONDS, 1)));
  }

  private static void details(String name, Pauses pauses, Report report) {
    report.info(name + ": pause, worst", pauses.pause().max(), "ms");
    report.info(name + ": driver's hold, p50", pauses.held().median(), "ms");
    report.info(
        name + ": equal span without a move, longest write, p50", pauses.span().median(), "ms");
    report.info(name + ": whole move, longest write, p50", pauses.longest().median(), "ms");
  }

  private static Pauses measure(Setup setup, int documents, int moves) throws Exception {
    Map<String, String> gateways = new LinkedHashMap<>();
    gateways.put("g1", ", engine: opensearch");
    gateways.put("g2", ", engine: opensearch");
    try (Servers servers = new Servers();
        TenantNode a = TenantNode.start(servers.directory());
        TenantNode b = TenantNode.start(servers.directory())) {
      a.make("acme-orders");
      a.fill("acme-orders", documents);
      try (Fleet fleet =
          new Fleet(
              setup,
              servers.directory(),
              """
              homes:
                - {name: a, engine: opensearch, host: 127.0.0.1, port: %d}
                - {name: b, engine: opensearch, host: 127.0.0.1, port: %d}
              tenants:
                - {name: acme, home: a, place: "index:acme-*"}
              """
                  .formatted(a.port(), b.port()),
              "opensearch/acme",
              gateways)) {
        fleet.start();
        try (Load load =
            Load.start(
                Writes.Kind.TENANT, fleet.gatewayPorts(), WRITERS, WRITES_PER_SECOND, documents)) {
          boolean there = false;
          for (int i = 0; i < WARM_UP_MOVES; i++) {
            there = !there;
            var _ = fleet.move(there ? "b" : "a");
          }
          TimeUnit.SECONDS.sleep(setup.size(WARM_UP_SECONDS, 1));
          return PauseBench.record(fleet, load, moves, there);
        }
      }
    }
  }
}
