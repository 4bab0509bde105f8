package dev.drover.cli;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.demo.DemoFleet;
import dev.drover.app.demo.DemoHome;
import dev.drover.app.demo.Traffic;
import dev.drover.engine.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Does once what commands and processes do, so that the JVM can write down what it took to start
/// them, and which of their methods are hot: two Redis servers, a server and a gateway in this
/// process, a scope that moves there and back under traffic, and the commands that ask for all
/// that.
///
/// Everything is in a directory of its own, on free ports, and gone afterwards.
final class Training {
  private static final int KEYS = 3_000;
  private static final int MOVES = 4;

  private final Path directory;
  private final List<Process> servers = new ArrayList<>();
  private int store;

  private Training(Path directory) {
    this.directory = directory;
  }

  /// Trains for the archive that is named: `short` for commands, `long` for processes.
  public static void main(String[] args) throws Exception {
    Training training = new Training(Files.createTempDirectory("drover-training"));
    try {
      training.run(args.length > 0 && args[0].equals("long"));
    } finally {
      training.end();
    }
    System.exit(0);
  }

  private void run(boolean traffic) throws Exception {
    DemoHome demo = DemoHome.find(directory);
    int blue = home(demo, "blue", KEYS);
    int green = home(demo, "green", 0);
    int listen = Ports.free();
    Path file = write(0, listen, blue, green);
    Config config = ConfigReader.read(file);
    try (ServerProcess server = ServerProcess.start(config, Map.of())) {
      System.out.println(server.ready());
      write(server.apiPort(), listen, blue, green);
      if (!traffic) {
        commands(file.toString());
        return;
      }
      Config whole = ConfigReader.read(file);
      try (GatewayProcess gateway =
              GatewayProcess.start(whole, whole.gateways().getFirst(), Map.of());
          Traffic clients = Traffic.start(List.of(listen), 2)) {
        System.out.println(gateway.ready());
        for (int i = 0; i < MOVES; i++) {
          System.out.println("move: " + move(file, i % 2 == 0 ? "green" : "blue"));
        }
        clients.stop();
      }
    }
  }

  private Path write(int api, int gateway, int blue, int green) throws IOException {
    return Files.writeString(
        directory.resolve("drover.yaml"),
        """
        server:
          listen: 127.0.0.1:%d
          store: 127.0.0.1:%d
          data: data
        homes:
          - name: blue
            host: 127.0.0.1
            port: %d
          - name: green
            host: 127.0.0.1
            port: %d
        scopes:
          - prefix: "%s"
            home: blue
        gateways:
          - name: g1
            listen: 127.0.0.1:%d
            data: g1
        """
            .formatted(api, storePort(), blue, green, DemoFleet.SCOPE, gateway));
  }

  private int storePort() throws IOException {
    if (store == 0) {
      store = Ports.free();
    }
    return store;
  }

  private int home(DemoHome demo, String name, int entries)
      throws IOException, InterruptedException {
    int port = Ports.free();
    Path home = Files.createDirectory(directory.resolve(name));
    servers.add(
        new ProcessBuilder(demo.command(port, home))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("log").toFile())
            .start());
    for (int i = 0; i < 200; i++) {
      try {
        DemoHome.fill(port, entries);
        return port;
      } catch (IOException e) {
        Thread.sleep(20);
      }
    }
    throw new IOException("home " + name + " did not start");
  }

  private static int move(Path file, String to) {
    return Main.run("move", DemoFleet.SCOPE, "--to", to, "-c", file.toString());
  }

  private static void commands(String file) {
    for (String each : List.of("status", "partitions", "gateways", "homes", "history")) {
      System.out.println(each + ": " + Main.run(each, "-c", file));
      System.out.println(each + ": " + Main.run(each, "--json", "-c", file));
    }
    System.out.println("explain: " + Main.run("explain", DemoFleet.SCOPE, "-c", file));
    System.out.println("move: " + move(Path.of(file), "green"));
    System.out.println("help: " + Main.run("move", "--help"));
    System.out.println("help: " + Main.run("--help"));
  }

  private void end() throws IOException, InterruptedException {
    for (Process server : servers) {
      server.destroy();
      server.waitFor();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
