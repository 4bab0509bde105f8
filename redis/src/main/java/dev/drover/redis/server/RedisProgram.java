package dev.drover.redis.server;

import dev.drover.engine.local.HomeProgram;
import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Redis server as a process.
///
/// @param binary the `redis-server`
public record RedisProgram(Path binary) implements HomeProgram {
  @Override
  public List<String> command(int port, Path data, Durability durability) {
    List<String> command = new ArrayList<>(RedisBinary.command(binary, port, data));
    if (durability == Durability.SYNCED) {
      command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    }
    return List.copyOf(command);
  }

  @Override
  public boolean serves(int port) throws IOException {
    try (RespConnection connection = RedisBinary.connect(port)) {
      return connection.call("PING").text().equals("PONG");
    }
  }
}
