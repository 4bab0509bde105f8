package dev.drover.redis.move;

import dev.drover.redis.testing.RawRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Keys of every kind.
final class Samples {
  private Samples() {}

  /// Small keys of every type, with odd names, odd contents and expiries.
  static void small(RawRedis client, String p) throws IOException {
    long later = System.currentTimeMillis() + 3_600_000;
    client.call("SET", p + "text", "value");
    client.call("SET", p + "empty", "");
    client.call("SET", p, "the prefix itself");
    client.call("SET", p + "binary\0\r\n\u00ff*?[x]", "\0\r\n\u00ff$5\r\n");
    client.call("SET", p + "number", "12345678901234567890");
    client.call("SET", p + "expiring", "soon", "PXAT", Long.toString(later));
    client.call("SETBIT", p + "bits", "1000", "1");
    client.call("PFADD", p + "hll", "a", "b", "c");
    client.call("RPUSH", p + "list", "a", "", "b", "a");
    client.call("SADD", p + "ints", "1", "2", "3");
    client.call("SADD", p + "set", "a", "", "\0\u00ff");
    client.call("HSET", p + "hash", "f", "1", "", "empty name", "g", "");
    client.call("PEXPIREAT", p + "hash", Long.toString(later));
    client.call("ZADD", p + "zset", "1", "a", "-inf", "b", "inf", "c", "0.1", "d", "1e-300", "e");
    client.call("GEOADD", p + "geo", "13.361389", "38.115556", "Palermo");
    for (int i = 0; i < 300; i++) {
      client.call("HSET", p + "table", "field" + i, "value" + i);
      client.call("SADD", p + "words", "member" + i);
      client.call("ZADD", p + "skips", Integer.toString(i % 7), "member" + i);
      client.call("RPUSH", p + "nodes", "element" + i);
      client.call("SET", p + "many:" + i, "v" + i);
    }
    stream(client, p + "stream", 50);
    client.call("XGROUP", "CREATE", p + "only-a-group", "g", "0", "MKSTREAM");
  }

  /// A stream with groups, consumers, pending entries, deleted entries.
  static void stream(RawRedis client, String key, int entries) throws IOException {
    List<String[]> adds = new ArrayList<>();
    for (int i = 1; i <= entries; i++) {
      adds.add(
          new String[] {"XADD", key, i + "-1", "field", "value" + i, "n", Integer.toString(i)});
    }
    Rig.pipeline(client, adds);
    client.call("XGROUP", "CREATE", key, "workers", "0");
    client.call("XGROUP", "CREATE", key, "idle", "5-1");
    client.call("XGROUP", "CREATECONSUMER", key, "workers", "lazy");
    client.call("XREADGROUP", "GROUP", "workers", "one", "COUNT", "20", "STREAMS", key, ">");
    client.call("XREADGROUP", "GROUP", "workers", "two", "COUNT", "10", "STREAMS", key, ">");
    client.call("XACK", key, "workers", "3-1", "4-1");
    client.call("XDEL", key, "40-1", entries + "-1");
  }

  /// One key of each type, too big for one command.
  static void big(RawRedis client, String p, int elements) throws IOException {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < elements; i += 100) {
      List<String> hash = new ArrayList<>(List.of("HSET", p + "hash"));
      List<String> set = new ArrayList<>(List.of("SADD", p + "set"));
      List<String> zset = new ArrayList<>(List.of("ZADD", p + "zset"));
      List<String> list = new ArrayList<>(List.of("RPUSH", p + "list"));
      for (int k = i; k < i + 100; k++) {
        hash.addAll(List.of("field" + k, "value" + k));
        set.add("member" + k);
        zset.addAll(List.of(Double.toString(k / 3.0), "member" + k));
        list.add("element" + k);
      }
      for (List<String> one : List.of(hash, set, zset, list)) {
        commands.add(one.toArray(String[]::new));
      }
      if (commands.size() >= 1000) {
        Rig.pipeline(client, commands);
        commands.clear();
      }
    }
    Rig.pipeline(client, commands);
    client.call("SET", p + "string", "0123456789".repeat(elements));
    client.call("PEXPIREAT", p + "zset", Long.toString(System.currentTimeMillis() + 3_600_000));
    stream(client, p + "stream", elements);
  }
}
