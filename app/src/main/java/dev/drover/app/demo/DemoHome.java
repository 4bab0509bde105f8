package dev.drover.app.demo;

import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A home for a demo or a rehearsal, as a process of its own that keeps nothing.
///
/// @param binary what runs it
public record DemoHome(Path binary) {
  /// @param directory where files may be put
  public static DemoHome find(Path directory) throws IOException {
    return new DemoHome(RedisBinary.find(Optional.empty(), directory));
  }

  public List<String> command(int port, Path data) {
    return RedisBinary.command(binary, port, data);
  }

  /// Writes entries of the demo's partition, once the home at this port answers.
  ///
  /// @throws IOException if it does not answer yet
  public static void fill(int port, int entries) throws IOException {
    try (RespConnection connection = RedisBinary.connect(port)) {
      for (int key = 0; key < entries; key++) {
        connection.send("SET", DemoFleet.SCOPE + "t:" + key, "value " + key);
      }
      connection.flush();
      for (int key = 0; key < entries; key++) {
        connection.answered();
      }
    }
  }
}
