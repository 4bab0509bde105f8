package dev.drover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What the way through a gateway of tenants costs.
final class TenantBench implements Bench {
  /// Documents in a bulk.
  static final int BULK = 1_000;

  private static final int ROUNDS = 3;
  private static final int SECONDS = 3;
  private static final int FIRST_SECONDS = 15;
  private static final int WARM_UP_SECONDS = 4;
  private static final double RATE_MIN = 1;
  private static final double CPU_MAX = 1.15;
  private static final double SHARED_CPU_MAX = 1.6;
  private static final double BULK_MIN = 0.6;
  private static final double ADDED_MILLIS_MAX = 0.2;
  private static final double IDLE_MB_MAX = 150;
  private static final double STREAMING_MB_MAX = 300;
  private static final String JSON = "application/json";

  @Override
  public String name() {
    return "tenants";
  }

  @Override
  public String about() {
    return "Requests of tenants through one gateway, and through nginx as a reverse proxy: `wrk` with one thread, a home that"
        + " answers at once without having anything (another nginx). A gateway with so many event loops is compared with nginx"
        + " with so many workers. CPU is the process's, for each request.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    try (Servers servers = new Servers();
        Nginx stub = StubCluster.start(servers.directory())) {
      Path directory = servers.directory();
      Map<String, String> gateways = new LinkedHashMap<>();
      for (int loops = 1; loops <= 2; loops++) {
        gateways.put("g" + loops, keys(loops));
      }
      gateways.put("idle", keys(1));
      try (Fleet fleet = fleet(setup, directory, stub.port(), gateways);
          Nginx one = Nginx.passing(directory, 1, stub.port());
          Nginx two = Nginx.passing(directory, 2, stub.port())) {
        fleet.start();
        for (int loops = 1; loops <= 2; loops++) {
          Wrk first = request(directory, "first", "GET", "/orders/_doc/{}", "globex", "");
          double _ = first.run(fleet.port("g" + loops), 32, setup.size(FIRST_SECONDS, 1));
        }
        List<Nginx> proxies = List.of(one, two);
        for (int loops = 1; loops <= 2; loops++) {
          proxied(setup, directory, fleet, proxies.get(loops - 1), loops, report);
        }
        shared(setup, directory, fleet, report);
        bulks(setup, directory, fleet, one, report);
        added(setup, fleet, stub, report);
        memory(setup, fleet, report);
      }
    }
    report.note(
        "Medians of %d runs of %d s, in turn with what they are compared with, after %d s of each that are not counted."
                .formatted(
                    setup.size(ROUNDS, 1), setup.size(SECONDS, 1), setup.size(WARM_UP_SECONDS, 1))
            + " wrk, the proxies and the home share the machine's cores.");
  }

  private static String keys(int loops) {
    return ", engine: opensearch, loops: %d, passThrough: [{prefix: raw, home: stub}]"
        .formatted(loops);
  }

  private static Fleet fleet(Setup setup, Path directory, int stub, Map<String, String> gateways)
      throws IOException {
    return new Fleet(
        setup,
        directory,
        """
        homes:
          - {name: stub, engine: opensearch, host: 127.0.0.1, port: %d}
        tenants:
          - {name: acme, home: stub, place: "shared:all-*"}
          - {name: globex, home: stub, place: "index:globex-*"}
        """
            .formatted(stub),
        "opensearch/acme",
        gateways);
  }

  // --- requests of one kind

  private static Wrk request(
      Path directory, String name, String method, String path, String tenant, String body)
      throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!tenant.isEmpty()) {
      headers.put("X-Tenant", tenant);
    }
    if (!body.isEmpty()) {
      headers.put("Content-Type", path.endsWith("_bulk") ? "application/x-ndjson" : JSON);
    }
    return Wrk.of(directory, name, method, path, headers, body);
  }

  /// One kind of requests to one process.
  private record Sent(Wrk request, int port, Supplier<Duration> cpu) {
    /// What came of several runs.
    record Seen(Samples rate, Samples micros) {
      static Seen none() {
        return new Seen(new Samples(), new Samples());
      }
    }

    void run(int connections, int seconds, Seen seen) throws IOException, InterruptedException {
      Duration before = cpu.get();
      long began = System.nanoTime();
      double rate = request.run(port, connections, seconds);
      double took = (System.nanoTime() - began) / 1e9;
      seen.rate.add(rate);
      seen.micros.add(cpu.get().minus(before).toNanos() / 1e3 / (rate * took));
    }
  }

  /// Runs them in turn.
  private static List<Sent.Seen> measured(Setup setup, int connections, List<Sent> all)
      throws IOException, InterruptedException {
    List<Sent.Seen> seen = new ArrayList<>();
    for (Sent each : all) {
      each.run(connections, setup.size(WARM_UP_SECONDS, 1), Sent.Seen.none());
      seen.add(Sent.Seen.none());
    }
    for (int i = 0; i < setup.size(ROUNDS, 1); i++) {
      for (int j = 0; j < all.size(); j++) {
        all.get(j).run(connections, setup.size(SECONDS, 1), seen.get(j));
      }
    }
    return seen;
  }

  private static Sent gateway(Fleet fleet, int which, Wrk request) {
    return new Sent(request, fleet.port("g" + which), () -> fleet.cpu(which));
  }

  private static void proxied(
      Setup setup, Path directory, Fleet fleet, Nginx nginx, int loops, Report report)
      throws IOException, InterruptedException {
    String document = StubCluster.document(1);
    for (int connections : new int[] {32, 64}) {
      for (boolean put : new boolean[] {false, true}) {
        String method = put ? "PUT" : "GET";
        String body = put ? document : "";
        for (boolean own : new boolean[] {false, true}) {
          String name = (own ? "own index " : "pass-through ") + method;
          Wrk straight =
              request(
                  directory,
                  name + " nginx",
                  method,
                  own ? "/globex-orders/_doc/{}" : "/raw/_doc/{}",
                  "",
                  body);
          Wrk through =
              request(
                  directory,
                  name,
                  method,
                  own ? "/orders/_doc/{}" : "/raw/_doc/{}",
                  own ? "globex" : "",
                  body);
          List<Sent.Seen> seen =
              measured(
                  setup,
                  connections,
                  List.of(
                      new Sent(straight, nginx.port(), nginx::cpu),
                      gateway(fleet, loops, through)));
          compare(
              "%s, %d connections, %d".formatted(name, connections, loops),
              seen.getFirst(),
              seen.getLast(),
              report);
        }
      }
    }
  }

  private static void compare(String name, Sent.Seen nginx, Sent.Seen gateway, Report report) {
    report.info(name + ": nginx", nginx.rate().median(), "/s");
    report.info(name + ": gateway", gateway.rate().median(), "/s");
    report.atLeast(
        name + ": requests/s to nginx",
        gateway.rate().median() / nginx.rate().median(),
        "×",
        RATE_MIN);
    report.info(name + ": CPU of nginx", nginx.micros().median(), "µs");
    report.info(name + ": CPU of the gateway", gateway.micros().median(), "µs");
    report.atMost(
        name + ": CPU to nginx", gateway.micros().median() / nginx.micros().median(), "×", CPU_MAX);
  }

  private static void shared(Setup setup, Path directory, Fleet fleet, Report report)
      throws IOException, InterruptedException {
    String query =
        "{\"query\":{\"bool\":{\"must\":[{\"match\":{\"text\":\"dolor\"}}],\"filter\":[{\"range\":{\"n\":{\"gte\":3}}}]}},\"size\":20}";
    List<List<String>> kinds =
        List.of(
            List.of("PUT 1 KB", "PUT", "/orders/_doc/{}", StubCluster.document(1)),
            List.of("search of 20 hits", "POST", "/orders/_search", query));
    for (List<String> kind : kinds) {
      List<Sent> both = new ArrayList<>();
      for (String tenant : List.of("globex", "acme")) {
        both.add(
            gateway(
                fleet,
                1,
                request(
                    directory,
                    kind.getFirst() + " " + tenant,
                    kind.get(1),
                    kind.get(2),
                    tenant,
                    kind.getLast())));
      }
      List<Sent.Seen> seen = measured(setup, 32, both);
      String name = kind.getFirst();
      report.info(name + ": CPU at an own index", seen.getFirst().micros().median(), "µs");
      report.info(name + ": CPU at a shared index", seen.getLast().micros().median(), "µs");
      report.atMost(
          name + ": CPU at a shared index to an own one",
          seen.getLast().micros().median() / seen.getFirst().micros().median(),
          "×",
          SHARED_CPU_MAX);
    }
  }

  private static void bulks(Setup setup, Path directory, Fleet fleet, Nginx nginx, Report report)
      throws IOException, InterruptedException {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < BULK; i++) {
      body.append("{\"index\":{\"_id\":\"d%d\"}}\n%s\n".formatted(i, StubCluster.document(i)));
    }
    String lines = body.toString();
    List<Sent.Seen> seen =
        measured(
            setup,
            4,
            List.of(
                new Sent(
                    request(directory, "bulk nginx", "POST", "/all-orders/_bulk", "", lines),
                    nginx.port(),
                    nginx::cpu),
                gateway(
                    fleet, 1, request(directory, "bulk", "POST", "/orders/_bulk", "acme", lines))));
    double megabytes = lines.length() / 1e6;
    double straight = seen.getFirst().rate().median() * megabytes;
    double through = seen.getLast().rate().median() * megabytes;
    report.info("_bulk of 1,000 × 1 KB: nginx", straight, "MB/s");
    report.info("_bulk of 1,000 × 1 KB: gateway, shared index", through, "MB/s");
    report.atLeast("_bulk of 1,000 × 1 KB: MB/s to nginx", through / straight, "×", BULK_MIN);
  }

  private static void added(Setup setup, Fleet fleet, Nginx stub, Report report)
      throws IOException, InterruptedException {
    int requests = setup.size(1_500, 100);
    Samples direct = new Samples();
    Samples through = new Samples();
    String own = "GET /globex-orders/_doc/d1 HTTP/1.1\r\nhost: x\r\n\r\n";
    String asked = "GET /orders/_doc/d1 HTTP/1.1\r\nhost: x\r\nx-tenant: globex\r\n\r\n";
    for (int i = 0; i < setup.size(4, 2); i++) {
      direct = direct.and(Paced.millis(stub.port(), own, requests / 4));
      through = through.and(Paced.millis(fleet.port("g1"), asked, requests / 4));
    }
    report.info("100 requests/s, one connection: direct, p50", direct.median(), "ms");
    report.info("100 requests/s, one connection: through the gateway, p50", through.median(), "ms");
    report.atMost(
        "100 requests/s, one connection: added, p50",
        through.median() - direct.median(),
        "ms",
        ADDED_MILLIS_MAX);
    report.info("100 requests/s, one connection: direct, p99", direct.percentile(99), "ms");
    report.info(
        "100 requests/s, one connection: through the gateway, p99", through.percentile(99), "ms");
  }

  private static void memory(Setup setup, Fleet fleet, Report report)
      throws IOException, InterruptedException {
    int idle = 3;
    report.atMost(
        "memory of an idle gateway", megabytes(fleet.process(idle), "VmRSS"), "MB", IDLE_MB_MAX);
    Bodies.stream(fleet.port("idle"), setup.size(64, 8), 16 << 20);
    report.atMost(
        "memory of a gateway under 64 streaming bodies of 16 MB, at most",
        megabytes(fleet.process(idle), "VmHWM"),
        "MB",
        STREAMING_MB_MAX);
  }

  /// A figure of the kernel's about a process.
  private static double megabytes(ProcessHandle process, String which) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(which + ":")) {
        return Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("the kernel does not say " + which + " of " + process.pid());
  }
}
