package dev.drover.torture;

import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.torture.fleet.Fleet;
import java.io.IOException;
import java.util.Map;

/// Writes at the homes, past the gateways: what the checker must find, or it finds nothing.
final class Saboteur {
  private Saboteur() {}

  /// @return how many keys were harmed
  static int strike(Fleet fleet, Map<PartitionId, Placement> places) throws IOException {
    int harmed = 0;
    for (Map.Entry<PartitionId, Placement> scope : places.entrySet()) {
      try (HomeInspector home = fleet.inspect(scope.getValue().home().value())) {
        harmed += home.harm(scope.getKey().name());
      }
    }
    return harmed;
  }
}
