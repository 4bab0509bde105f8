package dev.drover.cli;

import dev.drover.app.ServerProcess;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Does once what commands do, so that the JVM can write down what it took to start them: a server
/// in a directory of its own, on ports that are free, and the commands that ask it.
final class Training {
  private static final String CONFIG =
      """
      server:
        listen: 127.0.0.1:%d
        store: 127.0.0.1:0
        data: data
      homes:
        - name: blue
          host: 127.0.0.1
          port: 1
        - name: green
          host: 127.0.0.1
          port: 1
      scopes:
        - prefix: "training:"
          home: blue
      gateways:
        - name: g1
          listen: 127.0.0.1:7379
      """;

  /// What a gateway needs before it can start; it cannot run here for want of a Redis server.
  private static final List<String> GATEWAY_CLASSES =
      List.of(
          "dev.drover.app.GatewayProcess",
          "dev.drover.redis.gateway.RedisGateway",
          "dev.drover.redis.gateway.Client",
          "dev.drover.redis.gateway.Dispatcher",
          "dev.drover.redis.gateway.Lane",
          "dev.drover.redis.gateway.Upstream",
          "dev.drover.gateway.GatewayAgent",
          "dev.drover.store.remote.RemoteStore");

  private Training() {}

  /// Trains for the archive that is named.
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("drover-training");
    try {
      Path file = directory.resolve("drover.yaml");
      Files.writeString(file, CONFIG.formatted(0));
      Config config = ConfigReader.read(file);
      try (ServerProcess server = ServerProcess.start(config, Map.of())) {
        System.out.println(server.ready());
        Files.writeString(file, CONFIG.formatted(server.apiPort()));
        commands(file.toString());
      }
      if (args.length > 0 && args[0].equals("long")) {
        for (String name : GATEWAY_CLASSES) {
          Class.forName(name);
        }
      }
    } finally {
      remove(directory);
    }
    System.exit(0);
  }

  private static void commands(String file) {
    int code = 0;
    code += Main.run("status", "-c", file);
    code += Main.run("status", "--json", "-c", file);
    code += Main.run("partitions", "-c", file);
    code += Main.run("gateways", "-c", file);
    code += Main.run("homes", "-c", file);
    code += Main.run("history", "-c", file);
    code += Main.run("explain", "training:", "-c", file);
    code += Main.run("move", "--help");
    code += Main.run("--help");
    // Refused, for no home answers; what matters is the way there.
    int refused = Main.run("move", "training:", "--to", "green", "-c", file);
    System.out.println("commands ended with " + code + ", the move with " + refused);
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
