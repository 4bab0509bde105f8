package dev.drover.redis.testing;

import dev.drover.engine.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.RedisServer;

/// A real Redis server in a process of its own, on a free port and in a directory of its own, both
/// kept over a restart. Without options it persists nothing.
public final class RedisServerProcess implements AutoCloseable {
  /// Which executable.
  public enum Version {
    /// From the jar of embedded-redis.
    V6_2,
    /// As installed on this machine (Debian: redis-server 7.0).
    INSTALLED
  }

  private static final Path INSTALLED = Path.of("/usr/bin/redis-server");
  private static @Nullable Path sixTwo;

  private final List<String> command;
  private final Path directory;
  private final int port;
  private Process process;

  private RedisServerProcess(List<String> command, Path directory, int port) throws IOException {
    this.command = command;
    this.directory = directory;
    this.port = port;
    this.process = launch();
  }

  /// Whether this version can be started here. The installed one is part of what CI installs
  /// (`apt-get install redis-server`).
  public static boolean available(Version version) {
    return version == Version.V6_2 || Files.isExecutable(INSTALLED);
  }

  /// Starts a server.
  ///
  /// @param options as on the command line: `--appendonly`, `yes`
  public static RedisServerProcess start(Version version, String... options) {
    try {
      Path directory = Files.createTempDirectory("drover-redis");
      int port = Ports.free();
      List<String> command = new ArrayList<>();
      command.add((version == Version.V6_2 ? sixTwo() : INSTALLED).toString());
      command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
      command.addAll(List.of("--dir", directory.toString(), "--save", "", "--appendonly", "no"));
      command.addAll(List.of("--daemonize", "no", "--logfile", "redis.log"));
      command.addAll(List.of(options));
      return new RedisServerProcess(command, directory, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path sixTwo() throws IOException {
    Path known = sixTwo;
    if (known != null) {
      return known;
    }
    String name = "/redis-server-6.2.6-v5-linux-amd64";
    Path file = Files.createTempFile("redis-server-6.2", "");
    try (InputStream in = RedisServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("embedded-redis holds no " + name);
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + file + " executable");
    }
    file.toFile().deleteOnExit();
    sixTwo = file;
    return file;
  }

  private Process launch() throws IOException {
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out.log").toFile())
            .start();
    for (int i = 0; i < 1000; i++) {
      if (!started.isAlive()) {
        throw new IOException(
            "redis did not start: " + Files.readString(directory.resolve("out.log")));
      }
      try (RawRedis client = new RawRedis(port)) {
        if (client.call("PING").equals("PONG")) {
          return started;
        }
      } catch (IOException | RawRedis.Refused e) {
        // Not yet.
      }
      pause();
    }
    started.destroyForcibly();
    throw new IOException("redis did not answer on port " + port);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  /// A new naive client, for the test to close.
  public RawRedis client() {
    try {
      return new RawRedis(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the process at once, as a crash would (SIGKILL).
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Starts the process again on the same port and directory.
  public void restart() {
    try {
      process = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Stops the process where it is (SIGSTOP); its connections stay.
  public void pauseProcess() {
    signal("STOP");
  }

  /// Lets a stopped process go on (SIGCONT).
  public void resumeProcess() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
