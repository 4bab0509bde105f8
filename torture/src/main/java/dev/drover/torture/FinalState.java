package dev.drover.torture;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.client.Values;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.KeyName;
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
        keys.stream().collect(Collectors.groupingBy(key -> KeyName.unpacked(key).scope()));
    for (Map.Entry<Integer, List<Long>> each : byScope.entrySet()) {
      String home = homes.get(each.getKey());
      if (home == null) {
        throw new IOException("nobody says where " + KeyName.prefix(each.getKey()) + " is");
      }
      for (String other : fleet.homes()) {
        try (RespConnection connection = fleet.connect(other)) {
          if (other.equals(home)) {
            state.read(connection, each.getValue());
          } else {
            state.look(connection, each.getValue());
          }
        }
      }
    }
    return state;
  }

  private void read(RespConnection home, List<Long> keys) throws IOException {
    for (long key : keys) {
      KeyName name = KeyName.unpacked(key);
      switch (name.family()) {
        case REGISTER, COUNTER -> {
          Reply reply = home.call("GET", name.toString());
          if (!reply.isNil()) {
            byKey.put(key, new long[] {Values.number(reply.text())});
          }
        }
        case LIST -> byKey.put(key, elements(home.call("LRANGE", name.toString(), "0", "-1")));
      }
    }
  }

  private static long[] elements(Reply list) throws IOException {
    List<Reply> items = list.items();
    long[] elements = new long[items.size()];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = Values.number(items.get(i).text());
    }
    return elements;
  }

  private void look(RespConnection other, List<Long> keys) throws IOException {
    for (long key : keys) {
      leftBehind += other.call("EXISTS", KeyName.unpacked(key).toString()).number();
    }
  }

  Map<Long, long[]> byKey() {
    return byKey;
  }

  long leftBehind() {
    return leftBehind;
  }
}
