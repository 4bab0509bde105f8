package dev.drover.torture;

import dev.drover.app.client.ApiException;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.fleet.Fleet;
import java.io.IOException;
import java.util.Map;

/// Writes at the homes, past the gateways: what the checker must find, or it finds nothing.
final class Saboteur {
  private Saboteur() {}

  /// @return how many keys were harmed
  static int strike(Fleet fleet, Moves moves) throws ApiException, IOException {
    int harmed = 0;
    for (Map.Entry<Integer, String> scope : moves.homes().entrySet()) {
      try (HomeInspector home = fleet.inspect(scope.getValue())) {
        harmed += home.harm(KeyName.prefix(scope.getKey()));
      }
    }
    return harmed;
  }
}
