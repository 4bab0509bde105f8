package dev.drover.redis.gateway;

import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What a home says of itself, before its first request goes there.
record HomeFacts(String version, List<ServerCommand> commands) {
  private static final int MILLIS_MAX = 2_000;

  static HomeFacts ask(RedisHome home) throws IOException {
    try (RespConnection connection = RespConnection.open(home.endpoint(MILLIS_MAX, MILLIS_MAX))) {
      String version =
          ServerInfo.fields(connection.call("INFO", "server").text())
              .getOrDefault("redis_version", "unknown");
      return new HomeFacts(version, CommandTableReader.read(connection.call("COMMAND")));
    }
  }

  /// The names of all commands that the home has.
  Set<String> names() {
    return commands.stream().map(ServerCommand::name).collect(Collectors.toUnmodifiableSet());
  }
}
