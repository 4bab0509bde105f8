package dev.drover.torture;

import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.torture.fleet.Fleet;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What stands at the homes when everything has ended, read there directly.
final class FinalState {
  private final Map<Long, long[]> byKey = new HashMap<>();
  private long leftBehind;

  private FinalState() {}

  /// @param homes where each scope is
  static FinalState read(Fleet fleet, Map<Integer, String> homes, List<Long> keys)
      throws IOException {
    FinalState state = new FinalState();
    Map<Integer, List<Long>> byScope =
        keys.stream().collect(Collectors.groupingBy(key -> KeyName.unpacked(key).partition()));
    for (Map.Entry<Integer, List<Long>> each : byScope.entrySet()) {
      String owner = homes.get(each.getKey());
      if (owner == null) {
        throw new IOException("nobody says where " + KeyName.prefix(each.getKey()) + " is");
      }
      for (String other : fleet.allHomes()) {
        try (HomeInspector home = fleet.inspect(other)) {
          if (other.equals(owner)) {
            state.read(home, each.getValue());
          } else {
            state.look(home, each.getValue());
          }
        }
      }
    }
    return state;
  }

  private void read(HomeInspector home, List<Long> keys) throws IOException {
    for (long key : keys) {
      home.read(KeyName.unpacked(key)).ifPresent(value -> byKey.put(key, value));
    }
  }

  private void look(HomeInspector other, List<Long> keys) throws IOException {
    for (long key : keys) {
      leftBehind += other.holds(KeyName.unpacked(key)) ? 1 : 0;
    }
  }

  Map<Long, long[]> byKey() {
    return byKey;
  }

  long leftBehind() {
    return leftBehind;
  }
}
