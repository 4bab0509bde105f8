package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What `INFO` says about a server.
///
/// @param major and `minor` of the Redis version that it is or claims to be compatible with
/// @param valkeyMajor the version of Valkey, 0 if it is not Valkey
/// @param maxMemory 0 for no limit
record ServerFacts(
    String runId,
    int major,
    int minor,
    int valkeyMajor,
    String version,
    String role,
    boolean cluster,
    boolean loading,
    long usedMemory,
    long maxMemory,
    String maxMemoryPolicy) {

  static ServerFacts read(RespConnection connection) throws IOException {
    Map<String, String> info = new HashMap<>();
    for (String section :
        new String[] {"server", "replication", "memory", "cluster", "persistence"}) {
      info.putAll(ServerInfo.fields(connection.call("INFO", section).text()));
    }
    String version = info.getOrDefault("redis_version", "0.0.0");
    String valkey = info.getOrDefault("valkey_version", "0");
    return new ServerFacts(
        info.getOrDefault("run_id", ""),
        part(version, 0),
        part(version, 1),
        part(valkey, 0),
        valkey.equals("0") ? version : "Valkey " + valkey,
        info.getOrDefault("role", "master"),
        info.getOrDefault("cluster_enabled", "0").equals("1"),
        info.getOrDefault("loading", "0").equals("1"),
        Long.parseLong(info.getOrDefault("used_memory", "0")),
        Long.parseLong(info.getOrDefault("maxmemory", "0")),
        info.getOrDefault("maxmemory_policy", "noeviction"));
  }

  boolean atLeast(int wantedMajor, int wantedMinor) {
    return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
  }

  /// Whether the server tells expiry as an absolute time (PEXPIRETIME).
  boolean exactExpiry() {
    return atLeast(7, 0);
  }

  private static int part(String version, int index) {
    int at = 0;
    for (int i = 0; i < index; i++) {
      at = version.indexOf('.', at) + 1;
    }
    int end = at;
    while (end < version.length() && Character.isDigit(version.charAt(end))) {
      end++;
    }
    return end > at ? Integer.parseInt(version.substring(at, end)) : 0;
  }
}
