package dev.drover.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.drover.control.Meters;
import dev.drover.engine.config.Address;
import dev.drover.gateway.Health;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.store.CountedStore;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Where a gateway tells probes how it is: `GET /health` (503 if it does not serve) and `GET
/// /metrics` in Prometheus' text format.
final class HealthEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final GatewayMetrics metrics;

  private HealthEndpoint(HttpServer server, GatewayMetrics metrics) {
    this.server = server;
    this.metrics = metrics;
  }

  static HealthEndpoint start(
      Address at,
      String name,
      GatewayServer gateway,
      CountedStore store,
      HomeWitness witness,
      Supplier<Optional<String>> configuration)
      throws StartException {
    try {
      HttpServer server = HttpServer.create(at.socket(), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/health", exchange -> health(exchange, health(gateway, witness, configuration)));
      GatewayMetrics metrics =
          new GatewayMetrics(name, gateway, store, () -> witness.silent().size());
      server.createContext("/metrics", exchange -> metrics(exchange, metrics));
      server.start();
      return new HealthEndpoint(server, metrics);
    } catch (IOException e) {
      throw new StartException(
          "the health endpoint cannot listen on " + at + ": " + e.getMessage(), e);
    }
  }

  /// A gateway's health as it is shown: what there is nothing to say of is absent.
  private record Shown(
      boolean serving,
      boolean movingServed,
      String membership,
      int partitions,
      Optional<String> refused,
      List<String> problems) {
    static Shown of(Health health) {
      return new Shown(
          health.serving(),
          health.movingServed(),
          health.membership(),
          health.partitions(),
          health.refused().isEmpty() ? Optional.empty() : Optional.of(health.refused()),
          health.problems());
    }
  }

  private static void health(HttpExchange exchange, Health health) throws IOException {
    answer(
        exchange,
        health.serving() ? 200 : 503,
        "application/json",
        Records.json().writeValueAsBytes(Shown.of(health)));
  }

  /// With the homes that do not answer, and a configuration that was not applied.
  private static Health health(
      GatewayServer gateway, HomeWitness witness, Supplier<Optional<String>> configuration) {
    Health health = gateway.health();
    List<String> problems = new ArrayList<>(health.problems());
    configuration.get().ifPresent(problems::add);
    witness
        .silent()
        .forEach(
            (home, why) ->
                problems.add(
                    "home '%s': %s. What is asked of it fails or waits; see whether it runs and can be reached from here"
                        .formatted(home, why)));
    return health.with(problems);
  }

  private static void metrics(HttpExchange exchange, GatewayMetrics metrics) throws IOException {
    answer(exchange, 200, Meters.CONTENT_TYPE, metrics.scrape().getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    metrics.close();
  }
}
