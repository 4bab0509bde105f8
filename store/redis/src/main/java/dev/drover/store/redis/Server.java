package dev.drover.store.redis;

import java.util.HashMap;
import java.util.Map;

/// What a Redis server says about itself (`INFO`).
///
/// @param run its run id: another one after each start
/// @param evicts whether it drops keys that nobody has deleted when its memory is full
/// @param persists whether it writes what it acknowledges to an append-only file
record Server(String run, boolean cluster, boolean evicts, boolean persists) {
  static Server of(String info) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(
            line ->
                fields.put(
                    line.substring(0, line.indexOf(':')),
                    line.substring(line.indexOf(':') + 1).strip()));
    return new Server(
        fields.getOrDefault("run_id", ""),
        fields.getOrDefault("redis_mode", "").equals("cluster"),
        !fields.getOrDefault("maxmemory", "0").equals("0")
            && fields.getOrDefault("maxmemory_policy", "").startsWith("allkeys"),
        fields.getOrDefault("aof_enabled", "0").equals("1"));
  }
}
