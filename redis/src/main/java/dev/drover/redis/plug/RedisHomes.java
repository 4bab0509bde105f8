package dev.drover.redis.plug;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Mover;
import dev.drover.core.mover.Verification;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.HomeSettings;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.Front;
import dev.drover.redis.gateway.RedisGatewayOptions;
import dev.drover.redis.gateway.RespFront;
import dev.drover.redis.move.HomeQuestion;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.move.RedisMover;
import dev.drover.redis.move.RedisMoverOptions;
import dev.drover.redis.move.ScopeDigest;
import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// The Redis servers that the configuration names.
final class RedisHomes implements EngineHomes {
  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int READ_MILLIS_MAX = 1_000;

  private volatile Map<HomeId, RedisHome> all;

  RedisHomes(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    this.all = opened(homes, environment);
  }

  private static Map<HomeId, RedisHome> opened(
      Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    Map<HomeId, RedisHome> all = new LinkedHashMap<>();
    homes.forEach(
        (name, settings) -> {
          try {
            all.put(name, ((RedisHomeSettings) settings).open(name, environment));
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("home '" + name + "': " + e.getMessage(), e);
          }
        });
    return all;
  }

  @Override
  public void change(Map<HomeId, HomeSettings> homes, Map<String, String> environment) {
    all = opened(homes, environment);
  }

  private RedisHome named(HomeId id) throws IOException {
    RedisHome home = all.get(id);
    if (home == null) {
      throw new IOException("the configuration names no home '" + id + "'");
    }
    return home;
  }

  @Override
  public Mover mover(LongSupplier nanoClock) {
    return new RedisMover(
        id -> Optional.ofNullable(all.get(id)), RedisMoverOptions.DEFAULT, nanoClock);
  }

  @Override
  public Front front(FrontSettings settings, Serving serving) {
    RedisFrontSettings redis = (RedisFrontSettings) settings;
    RedisGatewayOptions options =
        new RedisGatewayOptions(
            serving.rest().orElseThrow(),
            redis.password().map(secret -> secret.reveal(serving.environment())),
            redis.homeTimeout(),
            redis.scripts(),
            redis.writeCommands());
    return new RespFront(options, serving.identity(), serving.records(), () -> all);
  }

  @Override
  public HomeLook look(HomeId id) {
    try (RespConnection connection =
        RespConnection.open(named(id).endpoint(CONNECT_MILLIS_MAX, READ_MILLIS_MAX))) {
      Map<String, String> server = ServerInfo.fields(connection.call("INFO", "server").text());
      Map<String, String> memory = ServerInfo.fields(connection.call("INFO", "memory").text());
      long items = connection.call("DBSIZE").number();
      return new HomeLook(true, version(server), "", items, number(memory, "used_memory"));
    } catch (IOException e) {
      return HomeLook.unreachable(String.valueOf(e.getMessage()));
    }
  }

  private static String version(Map<String, String> server) {
    String valkey = server.get("valkey_version");
    String redis = server.get("redis_version");
    return valkey != null ? "Valkey " + valkey : redis != null ? "Redis " + redis : "";
  }

  private static long number(Map<String, String> info, String name) {
    try {
      return Long.parseLong(info.getOrDefault(name, "-1"));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public String ask(HomeId home) throws HomeWitness.Gone, HomeWitness.Refuses {
    try {
      return HomeQuestion.ask(named(home));
    } catch (HomeQuestion.LoginRefused e) {
      throw new HomeWitness.Refuses(
          "it refuses Drover's login (%s). Set the home's user and password in the configuration as they are there"
              .formatted(e.getMessage()));
    } catch (IOException e) {
      throw new HomeWitness.Gone(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public HomeMemory memory(HomeId home) throws IOException {
    return RedisMemory.open(named(home));
  }

  @Override
  public HomeMemory memoryAt(HomeId home, String address) throws IOException {
    RedisHome now = named(home);
    int colon = address.lastIndexOf(':');
    return RedisMemory.open(
        new RedisHome(
            home,
            address.substring(0, colon),
            Integer.parseInt(address.substring(colon + 1)),
            now.user(),
            now.password(),
            now.tls(),
            Optional.empty()));
  }

  @Override
  public Content content(
      Placement place,
      PartitionId partition,
      List<PartitionId> inside,
      Verification then,
      LongConsumer progress)
      throws IOException {
    List<String> nested = inside.stream().map(PartitionId::name).toList();
    RedisHome at = named(place.home());
    ScopeDigest now = ScopeDigest.of(at, partition, nested, ScopeDigest.Form.BOTH_SEVEN, progress);
    if (now.items() != then.items() || !now.digest().equals(then.digest())) {
      now = ScopeDigest.of(at, partition, nested, ScopeDigest.Form.OLDER, progress);
    }
    return new Content(now.items(), now.digest());
  }
}
