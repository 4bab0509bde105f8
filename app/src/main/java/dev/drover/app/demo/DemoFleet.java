package dev.drover.app.demo;

import dev.drover.app.Launch;
import dev.drover.app.StartException;
import dev.drover.app.client.ApiClient;
import dev.drover.app.config.TokenFile;
import dev.drover.engine.JvmCommand;
import dev.drover.engine.Ports;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Two Redis servers, a Drover server and two gateways, each a process of its own on loopback, in a
/// directory of their own.
public final class DemoFleet implements AutoCloseable {
  public static final String SCOPE = "app:billing:";
  private static final int GATEWAYS = 2;
  private static final long START_MILLIS_MAX = 60_000;
  private static final long STOP_MILLIS_MAX = 5_000;

  private final Path directory;
  private final boolean keep;
  private final List<Process> processes = new ArrayList<>();
  private final List<Integer> redisPorts = new ArrayList<>();
  private final List<Integer> gatewayPorts = new ArrayList<>();
  private final Thread hook = Thread.ofPlatform().name("demo-stop").unstarted(this::stop);
  private String redisVersion = "";
  private ApiClient client = new ApiClient("http://127.0.0.1:1", Optional.empty());

  private DemoFleet(Path directory, boolean keep) {
    this.directory = directory;
    this.keep = keep;
  }

  /// Starts everything; returns when clients are served.
  ///
  /// @param redis the redis-server to use; empty for that of PATH, else the one that comes along
  /// @throws StartException if it cannot; nothing is left running then
  public static DemoFleet start(Optional<Path> redis, boolean keep)
      throws StartException, InterruptedException {
    DemoFleet fleet;
    try {
      fleet = new DemoFleet(Files.createTempDirectory("drover-demo"), keep);
    } catch (IOException e) {
      throw new StartException("cannot make a temporary directory: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(fleet.hook);
    try {
      fleet.open(redis);
      return fleet;
    } catch (StartException | InterruptedException e) {
      fleet.close();
      throw e;
    } catch (IOException e) {
      fleet.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private void open(Optional<Path> wanted)
      throws StartException, IOException, InterruptedException {
    Path binary = RedisBinary.find(wanted, directory);
    redisPorts.add(startRedis(binary, "blue"));
    redisPorts.add(startRedis(binary, "green"));
    redisPorts.forEach(this::awaitRedis);
    int api = Ports.free();
    Path config = directory.resolve("drover.yaml");
    for (int i = 0; i < GATEWAYS; i++) {
      gatewayPorts.add(Ports.free());
    }
    Files.writeString(config, config(api, Ports.free()));
    List<Path> logs = new ArrayList<>();
    logs.add(startDrover("server", "server", config.toString()));
    for (int i = 1; i <= GATEWAYS; i++) {
      logs.add(startDrover("g" + i, "gateway", config.toString(), "g" + i));
    }
    for (Path log : logs) {
      awaitReady(log);
    }
    client =
        new ApiClient(
            "http://127.0.0.1:" + api, TokenFile.read(directory.resolve("store"), TokenFile.NAME));
  }

  private String config(int api, int store) {
    StringBuilder text = new StringBuilder();
    text.append("server:\n  name: demo\n  listen: 127.0.0.1:").append(api);
    text.append("\n  store: 127.0.0.1:").append(store).append("\n  data: store\nhomes:\n");
    text.append(home("blue", redisPorts.getFirst())).append(home("green", redisPorts.getLast()));
    text.append("scopes:\n  - prefix: \"").append(SCOPE).append("\"\n    home: blue\ngateways:\n");
    for (int i = 1; i <= GATEWAYS; i++) {
      text.append("  - name: g").append(i);
      text.append("\n    listen: 127.0.0.1:").append(gatewayPorts.get(i - 1));
      text.append("\n    data: g").append(i).append('\n');
    }
    return text.toString();
  }

  private static String home(String name, int port) {
    return "  - name: " + name + "\n    host: 127.0.0.1\n    port: " + port + "\n";
  }

  private int startRedis(Path binary, String name) throws IOException {
    int port = Ports.free();
    Path home = Files.createDirectory(directory.resolve("redis-" + name));
    launch(RedisBinary.command(binary, port, home), home.resolve("redis.log"));
    return port;
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
    Path log = directory.resolve(name + ".log");
    launch(command, log);
    return log;
  }

  private void launch(List<String> command, Path log) throws IOException {
    processes.add(
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start());
  }

  private void awaitRedis(int port) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (System.nanoTime() < end) {
      try (RespConnection connection = RedisBinary.connect(port)) {
        redisVersion =
            ServerInfo.fields(connection.call("INFO", "server").text())
                .getOrDefault("redis_version", "");
        return;
      } catch (IOException e) {
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
    }
    throw new IllegalStateException("redis-server did not start; see " + directory);
  }

  private void awaitReady(Path log) throws StartException, IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS_MAX);
    while (System.nanoTime() < end) {
      String text = Files.readString(log);
      if (text.contains("is ready")) {
        return;
      }
      if (processes.stream().anyMatch(p -> !p.isAlive())) {
        throw new StartException("a process of the demo ended: " + text.strip(), null);
      }
      Thread.sleep(20);
    }
    throw new StartException("a process of the demo did not start: " + Files.readString(log), null);
  }

  public ApiClient client() {
    return client;
  }

  public String redisVersion() {
    return redisVersion;
  }

  /// Where the scope is at first.
  public int bluePort() {
    return redisPorts.getFirst();
  }

  public List<Integer> gatewayPorts() {
    return List.copyOf(gatewayPorts);
  }

  public Path directory() {
    return directory;
  }

  /// Ends every process that it started, and removes its directory.
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook is at it already.
      return;
    }
    stop();
  }

  private void stop() {
    for (Process process : processes.reversed()) {
      process.destroy();
    }
    for (Process process : processes.reversed()) {
      try {
        if (!process.waitFor(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
    if (!keep) {
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      System.err.println("drover: " + directory + " could not be removed: " + e.getMessage());
    }
  }
}
