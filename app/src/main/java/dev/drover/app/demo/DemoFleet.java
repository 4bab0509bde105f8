package dev.drover.app.demo;

import dev.drover.app.Launch;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.client.ApiException;
import dev.drover.app.client.Json;
import dev.drover.app.config.TokenFile;
import dev.drover.core.PartitionId;
import dev.drover.engine.JvmCommand;
import dev.drover.engine.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Two homes, a Drover server and two gateways, each a process of its own on loopback, in a
/// directory of their own.
public final class DemoFleet implements AutoCloseable {
  private static final long START_MILLIS_MAX = 60_000;

  private final DemoSubject subject;
  private final DemoProcesses processes;
  private final DemoHomes homes;
  private final List<Integer> gatewayPorts;
  private final ApiClient client;

  private DemoFleet(DemoSubject subject, Optional<Path> binary, DemoProcesses processes)
      throws StartException, IOException, InterruptedException {
    this.subject = subject;
    this.processes = processes;
    this.homes = DemoHomes.start(subject.kit().homes(), binary, processes);
    int api = Ports.free();
    this.gatewayPorts = List.of(Ports.free(), Ports.free());
    Path config = directory().resolve("drover.yaml");
    Files.writeString(
        config, new DemoConfig(subject, homes, api, Ports.free(), gatewayPorts).text());
    List<Path> logs = new ArrayList<>();
    logs.add(startDrover("server", "server", config.toString()));
    for (int i = 1; i <= gatewayPorts.size(); i++) {
      logs.add(startDrover("g" + i, "gateway", config.toString(), "g" + i));
    }
    for (Path log : logs) {
      awaitReady(log);
    }
    this.client =
        new ApiClient(
            "http://127.0.0.1:" + api,
            TokenFile.read(directory().resolve("store"), TokenFile.NAME));
  }

  /// Starts everything; returns when clients are served.
  ///
  /// @param binary what runs a home; empty for what the engine finds
  /// @param keep whether the directory stays
  /// @throws StartException if it cannot; nothing is left running then
  public static DemoFleet start(DemoSubject subject, Optional<Path> binary, boolean keep)
      throws StartException, InterruptedException {
    DemoProcesses processes;
    try {
      processes = DemoProcesses.prepare("drover-demo", keep);
    } catch (IOException e) {
      throw new StartException("cannot make a temporary directory: " + e.getMessage(), e);
    }
    try {
      return new DemoFleet(subject, binary, processes);
    } catch (StartException | InterruptedException e) {
      processes.close();
      throw e;
    } catch (IOException e) {
      processes.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private Path startDrover(String name, String... arguments) throws IOException {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-XX:MaxGCPauseMillis=10", "-XX:+ExitOnOutOfMemoryError", "-Xms64m", "-Xmx256m"));
    if (arguments[0].equals("server")) {
      flags.add("-XX:TieredStopAtLevel=1");
    }
    List<String> command =
        JvmCommand.of(JvmCommand.G1, flags, Launch.class.getName(), List.of(arguments));
    Path log = directory().resolve(name + ".log");
    processes.start(command, log);
    return log;
  }

  private void awaitReady(Path log) throws StartException, IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (System.nanoTime() < end) {
      String text = Files.readString(log);
      if (text.contains("is ready")) {
        return;
      }
      if (!processes.allRun()) {
        throw new StartException(
            "a process of the demo ended"
                + (text.isBlank() ? ", and said nothing" : ": " + text.strip()),
            null);
      }
      Thread.sleep(20);
    }
    throw new StartException("a process of the demo did not start: " + Files.readString(log), null);
  }

  public ApiClient client() {
    return client;
  }

  /// The partition that moves.
  public PartitionId partition() {
    return subject.partition();
  }

  /// What the homes are, with their version.
  public String version() throws ApiException, InterruptedException {
    Json look = client.json("/v1/homes").items().getFirst().get("look");
    return look.text("version");
  }

  /// Where the home listens at which the partition is at first.
  public int bluePort() {
    return homes.blue();
  }

  public List<Integer> gatewayPorts() {
    return gatewayPorts;
  }

  public Path directory() {
    return processes.directory();
  }

  /// Ends every process that it started, and removes its directory.
  @Override
  public void close() {
    processes.close();
  }
}
