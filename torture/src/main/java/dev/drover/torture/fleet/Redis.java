package dev.drover.torture.fleet;

import dev.drover.app.demo.DemoFleet;
import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.client.Scripts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Redis server that syncs every write before it answers it, so that what is lost in a kill is
/// not its fault.
final class Redis {
  private static final int FUNCTIONS_SINCE = 7;

  private Redis() {}

  static List<String> command(Path binary, int port, Path data) {
    List<String> command = new ArrayList<>(DemoFleet.redis(binary, port, data));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    return List.copyOf(command);
  }

  /// Loads what clients call, where the server knows functions (Redis 7.0 and later).
  ///
  /// @return whether it does
  static boolean loadFunctions(int port) throws IOException {
    try (RespConnection connection = DemoFleet.connect(port)) {
      String version =
          connection.call("INFO", "server").text().replaceAll("(?s).*redis_version:(\\d+).*", "$1");
      if (Integer.parseInt(version) < FUNCTIONS_SINCE) {
        return false;
      }
      var _ = connection.call("FUNCTION", "LOAD", "REPLACE", Scripts.LIBRARY);
      return true;
    }
  }

  static boolean serves(int port) throws IOException {
    try (RespConnection connection = DemoFleet.connect(port)) {
      return connection.call("PING").text().equals("PONG");
    }
  }
}
