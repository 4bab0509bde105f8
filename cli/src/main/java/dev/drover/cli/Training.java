package dev.drover.cli;

import dev.drover.app.GatewayProcess;
import dev.drover.app.ServerProcess;
import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.demo.DemoConfig;
import dev.drover.app.demo.DemoHomes;
import dev.drover.app.demo.DemoProcesses;
import dev.drover.app.demo.DemoSubject;
import dev.drover.app.demo.Traffic;
import dev.drover.engine.Plugs;
import dev.drover.engine.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Does once what commands and processes do, so that the JVM can write down what it took to start
/// them, and which of their methods are hot: two homes of the first engine, a server and a gateway
/// in this process, the demo's partition that moves there and back under traffic, and the commands
/// that ask for all that.
///
/// Everything is in a directory of its own, on free ports, and gone afterwards.
final class Training {
  private static final int KEYS = 3_000;
  private static final int MOVES = 4;
  private static final long MILLIS_MAX = 120_000;

  private final DemoSubject subject;
  private final DemoHomes homes;
  private final Path file;
  private final int store = Ports.free();
  private final int listen = Ports.free();

  private Training(DemoSubject subject, DemoHomes homes, Path directory) throws IOException {
    this.subject = subject;
    this.homes = homes;
    this.file = directory.resolve("drover.yaml");
  }

  /// Trains for the archive that is named: `short` for commands, `long` for processes, `gateway`
  /// for gateways.
  public static void main(String[] args) throws Exception {
    endInTime();
    String kind = args.length > 0 ? args[0] : "short";
    if (kind.equals("gateway")) {
      GatewayTraining.run();
      System.exit(0);
    }
    DemoSubject subject = DemoSubject.of(Plugs.all().getFirst());
    try (DemoProcesses processes = DemoProcesses.prepare("drover-training", false)) {
      DemoHomes homes = DemoHomes.start(subject.kit().homes(), Optional.empty(), processes);
      subject.kit().content(KEYS).fill(homes.blue());
      new Training(subject, homes, processes.directory()).run(kind.equals("long"));
    }
    System.exit(0);
  }

  /// A training that hangs would hang the build.
  static void endInTime() {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                Thread.sleep(MILLIS_MAX);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              System.err.println("the training has not ended in time");
              Runtime.getRuntime().halt(1);
            });
  }

  private void run(boolean traffic) throws Exception {
    try (ServerProcess server = ServerProcess.start(config(0), Map.of())) {
      System.out.println(server.ready());
      Config whole = config(server.apiPort());
      if (!traffic) {
        commands();
        return;
      }
      try (GatewayProcess gateway =
              GatewayProcess.start(whole, whole.gateways().getFirst(), Map.of());
          Traffic clients = Traffic.start(subject.kit(), List.of(listen), 2)) {
        System.out.println(gateway.ready());
        for (int i = 0; i < MOVES; i++) {
          System.out.println("move: " + move(i % 2 == 0 ? "green" : "blue"));
        }
        clients.stop();
      }
    }
  }

  /// Writes the configuration, and reads it as processes do.
  private Config config(int api) throws Exception {
    Files.writeString(file, new DemoConfig(subject, homes, api, store, List.of(listen)).text());
    return ConfigReader.read(file);
  }

  private int move(String to) {
    return Main.run("move", subject.kit().partition(), "--to", to, "-c", file.toString());
  }

  private void commands() {
    String config = file.toString();
    for (String each : List.of("status", "partitions", "gateways", "homes", "history")) {
      System.out.println(each + ": " + Main.run(each, "-c", config));
      System.out.println(each + ": " + Main.run(each, "--json", "-c", config));
    }
    System.out.println("explain: " + Main.run("explain", subject.kit().partition(), "-c", config));
    System.out.println("move: " + move("green"));
    System.out.println("help: " + Main.run("move", "--help"));
    System.out.println("help: " + Main.run("--help"));
  }
}
