package dev.drover.app.opensearch;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.Json;
import dev.drover.app.client.MoveFollower;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.config.TokenFile;
import dev.drover.engine.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/// A server of Drover's and two gateways in this process, before clusters that a test has started.
final class TenantFleet implements AutoCloseable {
  private final Deque<Part> parts = new ArrayDeque<>();
  final List<Integer> gateways = new ArrayList<>();
  final ApiClient api;

  /// @param tenants each as the value of an entry of the configuration's list, such as `{name:
  ///   acme, home: a, place: cluster}`
  TenantFleet(Path directory, int portA, int portB, List<String> tenants) throws Exception {
    gateways.add(Ports.free());
    gateways.add(Ports.free());
    Config config =
        ConfigReader.parse(
            directory.resolve("drover.yaml"),
            """
            server: {listen: "127.0.0.1:%d", store: "127.0.0.1:%d", data: server}
            homes:
              - {name: a, engine: opensearch, host: 127.0.0.1, port: %d}
              - {name: b, engine: opensearch, host: 127.0.0.1, port: %d}
            tenants:
              - %s
            gateways:
              - {name: g1, engine: opensearch, listen: "127.0.0.1:%d", data: g1, cursorSecret: of-a-test}
              - {name: g2, engine: opensearch, listen: "127.0.0.1:%d", data: g2, cursorSecret: of-a-test}
            """
                .formatted(
                    Ports.free(),
                    Ports.free(),
                    portA,
                    portB,
                    String.join("\n  - ", tenants),
                    gateways.getFirst(),
                    gateways.getLast()));
    ServerProcess server = ServerProcess.start(config, Map.of());
    parts.push(server::close);
    for (Config.Gateway gateway : config.gateways()) {
      GatewayProcess started = GatewayProcess.start(config, gateway, Map.of());
      parts.push(started::close);
    }
    api =
        new ApiClient(
            "http://127.0.0.1:" + server.apiPort(),
            TokenFile.read(directory.resolve("server"), TokenFile.NAME));
  }

  private interface Part {
    void close() throws IOException;
  }

  /// Moves a tenant, and waits for the end.
  ///
  /// @param to a home, or a place at one, as `b/index:acme-*`
  /// @return the move's summary
  Json move(String tenant, String to) throws Exception {
    Json asked =
        Json.parse(api.post("/v1/moves", Map.of("partition", "opensearch/" + tenant, "to", to)));
    return new MoveFollower(api, asked.text("id"))
        .follow(state -> {}, state -> false, Duration.ofMinutes(2))
        .orElseThrow();
  }

  @Override
  public void close() throws IOException {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
