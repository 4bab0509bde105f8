package dev.drover.torture;

import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.fleet.Fleet;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What stands at the homes when everything has ended, read there directly.
final class FinalState {
  private final Map<Long, long[]> byKey = new HashMap<>();
  private long leftBehind;

  private FinalState() {}

  /// @param places where each scope is
  static FinalState read(Fleet fleet, Map<PartitionId, Placement> places, List<Long> keys)
      throws IOException {
    FinalState state = new FinalState();
    Map<Integer, List<Long>> byScope =
        keys.stream().collect(Collectors.groupingBy(key -> KeyName.unpacked(key).partition()));
    for (Map.Entry<Integer, List<Long>> each : byScope.entrySet()) {
      Placement at = places.get(fleet.partition(each.getKey()));
      if (at == null) {
        throw new IOException("nobody says where " + fleet.partition(each.getKey()) + " is");
      }
      for (String other : fleet.allHomes()) {
        try (HomeInspector home = fleet.inspect(other)) {
          boolean owner = other.equals(at.home().value());
          if (owner) {
            state.read(home, at.locator(), each.getValue());
          }
          state.look(home, owner ? Optional.of(at.locator()) : Optional.empty(), each.getValue());
        }
      }
    }
    return state;
  }

  private void read(HomeInspector home, String locator, List<Long> keys) throws IOException {
    for (long key : keys) {
      home.read(KeyName.unpacked(key), locator).ifPresent(value -> byKey.put(key, value));
    }
  }

  private void look(HomeInspector at, Optional<String> but, List<Long> keys) throws IOException {
    for (long key : keys) {
      leftBehind += at.copies(KeyName.unpacked(key), but);
    }
  }

  Map<Long, long[]> byKey() {
    return byKey;
  }

  long leftBehind() {
    return leftBehind;
  }
}
