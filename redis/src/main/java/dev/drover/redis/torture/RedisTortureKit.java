package dev.drover.redis.torture;

import dev.drover.engine.local.LocalHomes;
import dev.drover.engine.torture.Family;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.TortureClients;
import dev.drover.engine.torture.TortureKit;
import dev.drover.redis.server.LocalRedis;
import dev.drover.redis.server.RedisBinary;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/// Scopes under torture.
public final class RedisTortureKit implements TortureKit {
  private static final int FUNCTIONS_SINCE = 7;

  /// What clients are told where homes know functions.
  static final String FUNCTIONS = "functions";

  @Override
  public Set<Family> families() {
    return EnumSet.allOf(Family.class);
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.allOf(Trait.class);
  }

  @Override
  public LocalHomes homes() {
    return new LocalRedis();
  }

  /// Loads the functions that clients call, where the server knows functions (Redis 7.0).
  @Override
  public String prepared(int port) throws IOException {
    try (RespConnection connection = RedisBinary.connect(port)) {
      String version =
          ServerInfo.fields(connection.call("INFO", "server").text())
              .getOrDefault("redis_version", "0");
      if (Integer.parseInt(version.split("\\.", -1)[0]) < FUNCTIONS_SINCE) {
        return "";
      }
      var _ = connection.call("FUNCTION", "LOAD", "REPLACE", Scripts.LIBRARY);
      return FUNCTIONS;
    }
  }

  @Override
  public TortureClients clients(String facts) {
    return new RedisClients(facts.equals(FUNCTIONS));
  }

  @Override
  public HomeInspector inspect(int port) throws IOException {
    return new RedisInspector(RedisBinary.connect(port));
  }

  @Override
  public void harm(int port, String partition, int drawn, Duration lasts)
      throws InterruptedException {
    HostileClient.strike(port, partition, drawn, lasts);
  }
}
