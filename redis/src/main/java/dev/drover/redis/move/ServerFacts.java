package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What `INFO` says about a server.
record ServerFacts(
    String runId, Version version, String role, boolean cluster, boolean loading, Memory memory) {

  /// What it runs.
  ///
  /// @param major and `minor` of the Redis version that it is or claims to be compatible with
  /// @param valkeyMajor the version of Valkey, 0 if it is not Valkey
  /// @param text for people
  record Version(int major, int minor, int valkeyMajor, String text) {
    private static Version of(String redis, String valkey) {
      return new Version(
          part(redis, 0),
          part(redis, 1),
          part(valkey, 0),
          valkey.equals("0") ? redis : "Valkey " + valkey);
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

    boolean atLeast(int wantedMajor, int wantedMinor) {
      return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Its memory, in bytes.
  ///
  /// @param max 0 for no limit
  /// @param policy what it evicts once that is reached
  record Memory(long used, long max, String policy) {}

  static ServerFacts read(RespConnection connection) throws IOException {
    Map<String, String> info = new HashMap<>();
    for (String section :
        new String[] {"server", "replication", "memory", "cluster", "persistence"}) {
      info.putAll(ServerInfo.fields(connection.call("INFO", section).text()));
    }
    return new ServerFacts(
        info.getOrDefault("run_id", ""),
        Version.of(
            info.getOrDefault("redis_version", "0.0.0"), info.getOrDefault("valkey_version", "0")),
        info.getOrDefault("role", "master"),
        info.getOrDefault("cluster_enabled", "0").equals("1"),
        info.getOrDefault("loading", "0").equals("1"),
        new Memory(
            Long.parseLong(info.getOrDefault("used_memory", "0")),
            Long.parseLong(info.getOrDefault("maxmemory", "0")),
            info.getOrDefault("maxmemory_policy", "noeviction")));
  }

  boolean atLeast(int major, int minor) {
    return version.atLeast(major, minor);
  }

  /// Whether the server tells expiry as an absolute time (PEXPIRETIME).
  boolean exactExpiry() {
    return atLeast(7, 0);
  }
}
