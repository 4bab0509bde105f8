package dev.drover.torture;

import dev.drover.redis.wire.Reply;
import dev.drover.redis.wire.RespConnection;
import dev.drover.torture.client.Form;
import dev.drover.torture.client.Values;
import dev.drover.torture.fleet.Fleet;
import dev.drover.torture.history.KeyName;
import java.io.IOException;
import java.util.ArrayList;
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
      for (String other : fleet.allHomes()) {
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
      String text = name.toString();
      switch (Form.of(name)) {
        case STRING -> put(key, home.call("GET", text));
        case HASH -> put(key, home.call("HGET", text, Form.FIELD));
        case SORTED_SET -> put(key, home.call("ZSCORE", text, Form.FIELD));
        case LIST -> byKey.put(key, elements(home.call("LRANGE", text, "0", "-1").items()));
        case STREAM -> byKey.put(key, elements(values(home.call("XRANGE", text, "-", "+"))));
      }
    }
  }

  private void put(long key, Reply value) throws IOException {
    if (!value.isNil()) {
      byKey.put(key, new long[] {Values.number(value.text())});
    }
  }

  /// Of each entry its id and, one after another, its fields and their values.
  private static List<Reply> values(Reply entries) throws IOException {
    List<Reply> values = new ArrayList<>();
    for (Reply entry : entries.items()) {
      values.add(entry.items().getLast().items().getLast());
    }
    return values;
  }

  private static long[] elements(List<Reply> items) throws IOException {
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
