package dev.drover.sample;

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

/// Two servers of maps, a server of Drover's and two gateways, in this process.
final class SampleFleet implements AutoCloseable {
  private final Deque<Part> parts = new ArrayDeque<>();
  final List<Integer> gateways = new ArrayList<>();
  final MapServer blue;
  final MapServer green;
  final Config config;
  final ApiClient api;

  SampleFleet(Path directory) throws Exception {
    blue = MapServer.start(0, directory.resolve("blue"));
    parts.push(blue::close);
    green = MapServer.start(0, directory.resolve("green"));
    parts.push(green::close);
    int store = Ports.free();
    int listen = Ports.free();
    gateways.add(Ports.free());
    gateways.add(Ports.free());
    config =
        ConfigReader.parse(
            directory.resolve("drover.yaml"),
            """
            server: {listen: "127.0.0.1:%d", store: "127.0.0.1:%d", data: server}
            homes:
              - {name: blue, engine: sample, address: "127.0.0.1:%d"}
              - {name: green, engine: sample, address: "127.0.0.1:%d"}
            maps:
              - {name: orders, home: blue}
            gateways:
              - {name: g1, engine: sample, listen: "127.0.0.1:%d", data: g1}
              - {name: g2, engine: sample, listen: "127.0.0.1:%d", data: g2}
            """
                .formatted(
                    listen,
                    store,
                    blue.port(),
                    green.port(),
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

  /// Moves the map, and waits for the end.
  ///
  /// @return the move's summary
  Json move(String to) throws Exception {
    Json asked = Json.parse(api.post("/v1/moves", Map.of("partition", "sample/orders", "to", to)));
    return new MoveFollower(api, asked.text("id"))
        .follow(state -> {}, state -> false, Duration.ofMinutes(1))
        .orElseThrow();
  }

  @Override
  public void close() throws IOException {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }
}
