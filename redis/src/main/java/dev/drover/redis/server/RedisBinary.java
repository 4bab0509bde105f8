package dev.drover.redis.server;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespEndpoint;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import redis.embedded.RedisServer;

/// A redis-server that can be run here.
public final class RedisBinary {
  private static final int CONNECT_MILLIS_MAX = 2_000;
  private static final int READ_MILLIS_MAX = 30_000;

  private RedisBinary() {}

  /// The one that is asked for, else that of PATH, else the one that comes along.
  public static Path find(Optional<Path> wanted, Path directory) throws IOException {
    if (wanted.isPresent()) {
      if (!Files.isExecutable(wanted.get())) {
        throw new IOException(wanted.get() + " cannot be executed");
      }
      return wanted.get();
    }
    Optional<Path> installed = installed();
    return installed.isPresent() ? installed.get() : bundled(directory);
  }

  /// The one of PATH.
  public static Optional<Path> installed() {
    String path = System.getenv().getOrDefault("PATH", "");
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(directory, "redis-server");
      if (!directory.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /// Redis 6.2, unpacked into a directory.
  public static Path bundled(Path directory) throws IOException {
    String name = resource();
    Path file = directory.resolve("redis-server");
    try (InputStream in = RedisServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(
            "there is no redis-server for this machine: install one, or name one with --home-binary");
      }
      Files.copy(in, file);
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("cannot make " + file + " executable");
      }
      return file;
    }
  }

  /// The command that runs a server on loopback that persists nothing.
  public static List<String> command(Path binary, int port, Path directory) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(binary.toString(), "--port", Integer.toString(port)));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--daemonize", "no"));
    return command;
  }

  /// A connection to a server or gateway on a port here.
  public static RespConnection connect(int port) throws IOException {
    return RespConnection.open(
        new RespEndpoint(
            "127.0.0.1",
            port,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            CONNECT_MILLIS_MAX,
            READ_MILLIS_MAX));
  }

  private static String resource() {
    boolean arm = System.getProperty("os.arch", "").equals("aarch64");
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac")) {
      return "/redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
    }
    return arm ? "/redis-server-6.2.7-linux-arm64" : "/redis-server-6.2.6-v5-linux-amd64";
  }
}
