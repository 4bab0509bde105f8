package dev.drover.app.past;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.client.ApiClient;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.config.TokenFile;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.engine.Ports;
import dev.drover.redis.testing.RedisServerProcess;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A directory with a configuration of two homes, blue and green, and a gateway.
final class Site {
  final Path directory;
  final RedisServerProcess blue;
  final RedisServerProcess green;
  private final int api = Ports.free();
  private final int store = Ports.free();
  private final int gateway = Ports.free();

  Site(Path directory, RedisServerProcess blue, RedisServerProcess green) throws IOException {
    this.directory = directory;
    this.blue = blue;
    this.green = green;
  }

  /// @param scopes YAML, a line each
  /// @param more of the root's keys
  Config config(String homes, String scopes, String more) throws Exception {
    return config(homes, scopes, more, "");
  }

  /// With the gateway's health on a port.
  Config configWithHealth(int port) throws Exception {
    return config(
        homes("blue", "green"),
        "  - {prefix: \"app:\", home: blue}",
        "",
        ", health: \"127.0.0.1:%d\"".formatted(port));
  }

  private Config config(String homes, String scopes, String more, String gatewayMore)
      throws Exception {
    return ConfigReader.parse(
        directory.resolve("drover.yaml"),
        """
        server: {listen: "127.0.0.1:%d", store: "127.0.0.1:%d"}
        homes:
        %s
        scopes:
        %s
        gateways:
          - {name: g1, listen: "127.0.0.1:%d", loops: 1%s}
        %s
        """
            .formatted(api, store, homes, scopes, gateway, gatewayMore, more));
  }

  Config config() throws Exception {
    return config(homes("blue", "green"), "  - {prefix: \"app:\", home: blue}", "");
  }

  String homes(String first, String second) {
    return "  - {name: %s, host: 127.0.0.1, port: %d}\n  - {name: %s, host: 127.0.0.1, port: %d}"
        .formatted(first, blue.port(), second, green.port());
  }

  Repair.Result repair(Config config, Map<PartitionId, HomeId> at, boolean write) throws Exception {
    return ServerProcess.repair(config, Map.of(), at, write);
  }

  ServerProcess server(Config config) throws Exception {
    return ServerProcess.start(config, Map.of());
  }

  GatewayProcess gateway(Config config) throws Exception {
    return GatewayProcess.start(config, config.gateways().getFirst(), Map.of());
  }

  ApiClient client() throws IOException {
    return new ApiClient(
        "http://127.0.0.1:" + api,
        TokenFile.read(directory.resolve("drover-data/server"), TokenFile.NAME));
  }

  int gatewayPort() {
    return gateway;
  }

  void move(String to) throws Exception {
    client().post("/v1/moves", Map.of("partition", "app:", "to", to));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!client().json("/v1/partitions").items().getFirst().text("home").equals(to)
        || !client().json("/v1/status").items("moves").isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the move has not ended");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  static void set(int port, String key, String value) {
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + port);
    try {
      client.connect().sync().set(key, value);
    } finally {
      client.shutdown();
    }
  }

  String getThroughGateway(String key) {
    RedisClient client = RedisClient.create("redis://127.0.0.1:" + gateway);
    try {
      return client.connect().sync().get(key);
    } finally {
      client.shutdown();
    }
  }

  void setThroughGateway(String key, String value) {
    set(gateway, key, value);
  }

  int storePort() {
    return store;
  }

  Path storeLog() {
    return directory.resolve("drover-data/server/store.log");
  }

  void forgetStore() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("drover-data/server"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
