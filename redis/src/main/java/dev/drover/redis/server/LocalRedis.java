package dev.drover.redis.server;

import dev.drover.engine.local.HomeProgram;
import dev.drover.engine.local.LocalHomes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Redis servers as homes on this machine.
public final class LocalRedis implements LocalHomes {
  @Override
  public HomeProgram program(Optional<Path> binary, Path directory) throws IOException {
    return new RedisProgram(RedisBinary.find(binary, directory));
  }

  @Override
  public String homeKeys(int port) {
    return "host: 127.0.0.1, port: " + port;
  }

  @Override
  public String partitionKeys(String name) {
    return "prefix: \"" + name + "\"";
  }
}
