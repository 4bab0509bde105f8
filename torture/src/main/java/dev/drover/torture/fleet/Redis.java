package dev.drover.torture.fleet;

import dev.drover.app.demo.DemoFleet;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Redis server that syncs every write before it answers it, so that what is lost in a kill is
/// not its fault.
final class Redis {
  private Redis() {}

  static List<String> command(Path binary, int port, Path data) {
    List<String> command = new ArrayList<>(DemoFleet.redis(binary, port, data));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    return List.copyOf(command);
  }

  static boolean serves(int port) throws IOException {
    try (RespConnection connection = DemoFleet.connect(port)) {
      return connection.call("PING").text().equals("PONG");
    }
  }
}
