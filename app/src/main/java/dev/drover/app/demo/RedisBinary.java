package dev.drover.app.demo;

import dev.drover.app.StartException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import redis.embedded.RedisServer;

/// A redis-server that can be run here.
public final class RedisBinary {
  private RedisBinary() {}

  /// The one that is asked for, else that of PATH, else the one that comes along.
  public static Path find(Optional<Path> wanted, Path directory) throws StartException {
    if (wanted.isPresent()) {
      if (!Files.isExecutable(wanted.get())) {
        throw new StartException(wanted.get() + " cannot be executed", null);
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
  public static Path bundled(Path directory) throws StartException {
    String name = resource();
    Path file = directory.resolve("redis-server");
    try (InputStream in = RedisServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new StartException(
            "there is no redis-server for this machine: install one, or name one with --redis",
            null);
      }
      Files.copy(in, file);
      if (!file.toFile().setExecutable(true)) {
        throw new StartException("cannot make " + file + " executable", null);
      }
      return file;
    } catch (IOException e) {
      throw new StartException("cannot unpack redis-server: " + e.getMessage(), e);
    }
  }

  private static String resource() {
    boolean arm = System.getProperty("os.arch", "").equals("aarch64");
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("mac")) {
      return "/redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
    }
    return arm ? "/redis-server-6.2.7-linux-arm64" : "/redis-server-6.2.6-v5-linux-amd64";
  }
}
