package dev.drover.cli;

import dev.drover.app.ServerProcess;
import dev.drover.app.config.ConfigReader;
import dev.drover.app.demo.DemoConfig;
import dev.drover.app.demo.DemoHomes;
import dev.drover.app.demo.DemoProcesses;
import dev.drover.app.demo.DemoSubject;
import dev.drover.app.demo.Traffic;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import dev.drover.engine.Ports;
import dev.drover.engine.demo.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Homes, a server and clients for gateways that are trained ([GatewayTraining]). It writes the
/// name of their configuration to its output, waits for a line, and writes another one when its
/// clients have had what they wanted.
///
/// The first engine's homes are real. Others are stood in for, where they can be: a training must
/// not need what is not there yet.
final class TrainingSurroundings {
  private static final int KEYS = 1_000;
  private static final long TRAFFIC_MILLIS = 2_000;

  private TrainingSurroundings() {}

  public static void main(String[] args) {
    Training.endInTime();
    int status = 1;
    try {
      run();
      status = 0;
    } catch (Exception e) {
      System.err.println("what is around the gateways has ended: " + e);
    }
    // Whatever still runs here, the other side must not wait for it.
    System.exit(status);
  }

  private static void run() throws Exception {
    DemoSubject subject = DemoSubject.of(Plugs.all().getFirst());
    List<StandIn> others = new ArrayList<>();
    try (DemoProcesses processes = DemoProcesses.prepare("drover-training", false)) {
      DemoHomes homes = DemoHomes.start(subject.kit().homes(), Optional.empty(), processes);
      subject.kit().content(KEYS).fill(homes.blue());
      for (Plug plug : Plugs.all()) {
        plug.standIn().ifPresent(others::add);
      }
      int listen = Ports.free();
      String text =
          new DemoConfig(subject, homes, Ports.free(), Ports.free(), List.of(listen)).text();
      Path file = processes.directory().resolve("drover.yaml");
      Files.writeString(file, with(others, text));
      try (ServerProcess _ = ServerProcess.start(ConfigReader.read(file), Map.of())) {
        System.out.println(file);
        int _ = System.in.read();
        try (Traffic clients = Traffic.start(subject.kit(), List.of(listen), 2)) {
          Thread.sleep(TRAFFIC_MILLIS);
          clients.stop();
        }
        for (StandIn each : others) {
          each.ask();
        }
        System.out.println("done");
        // Until the other side has closed its gateways, and this with them.
        while (System.in.read() >= 0) {}
      }
    } finally {
      others.forEach(StandIn::close);
    }
  }

  private static String with(List<StandIn> others, String configuration) throws IOException {
    String all = configuration;
    for (StandIn each : others) {
      all = inserted(all, "homes", each.home());
      all = inserted(all, "gateways", each.gateway()) + each.partitions();
    }
    return all;
  }

  private static String inserted(String configuration, String list, String entry)
      throws IOException {
    String key = "\n" + list + ":\n";
    int at = configuration.indexOf(key);
    if (at < 0) {
      throw new IOException("the configuration has no list '" + list + "'");
    }
    int first = at + key.length();
    return configuration.substring(0, first)
        + "  - "
        + entry
        + "\n"
        + configuration.substring(first);
  }
}
