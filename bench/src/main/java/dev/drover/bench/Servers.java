package dev.drover.bench;

import dev.drover.engine.Ports;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The Redis servers of one bench, and its temporary directory. Closing ends the servers and
/// removes the directory.
final class Servers implements AutoCloseable {
  private static final int READ_MILLIS_MAX = 120_000;
  private static final int TRIES = 1_000;

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();

  Servers() throws IOException {
    directory = Files.createTempDirectory("drover-bench");
  }

  /// A server that was started here.
  record Redis(int port, Process process) {
    /// A new connection, for the caller to close.
    RespConnection connect() throws IOException {
      return Servers.connect(port);
    }

    String id() {
      return "127.0.0.1:" + port;
    }

    void stop() {
      process.destroyForcibly();
    }
  }

  Path directory() {
    return directory;
  }

  /// Starts the installed `redis-server`, which persists nothing.
  ///
  /// @param options as on its command line
  Redis redis(String... options) throws IOException, InterruptedException {
    int port = Ports.free();
    Path own = Files.createDirectory(directory.resolve("redis-" + port));
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", own.toString(), "--save", ""));
    command.addAll(List.of("--appendonly", "no", "--daemonize", "no"));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("log").toFile())
            .start();
    processes.add(process);
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      try (RespConnection connection = connect(port)) {
        connection.call("PING");
        return new Redis(port, process);
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
    throw new IOException("redis-server did not start: " + Files.readString(own.resolve("log")));
  }

  static RespConnection connect(int port) throws IOException {
    return RespConnection.open(
        new RespEndpoint(
            "127.0.0.1",
            port,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            READ_MILLIS_MAX,
            READ_MILLIS_MAX));
  }

  @Override
  public void close() throws IOException {
    processes.forEach(Process::destroyForcibly);
    for (Process process : processes) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
