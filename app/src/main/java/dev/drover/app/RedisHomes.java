package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.control.Homes;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.gateway.HomeWitness;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.wire.RespConnection;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.KnownHome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The Redis servers that the configuration names.
final class RedisHomes implements Homes {
  private static final int CONNECT_MILLIS_MAX = 1_000;
  private static final int READ_MILLIS_MAX = 1_000;

  private final Map<HomeId, RedisHome> all;
  private final HomeId defaultHome;
  private final String configuration;
  private final LeaseOptions leases;
  private volatile @Nullable HomeWitness witness;

  private RedisHomes(
      Map<HomeId, RedisHome> all, HomeId defaultHome, String configuration, LeaseOptions leases) {
    this.all = all;
    this.defaultHome = defaultHome;
    this.configuration = configuration;
    this.leases = leases;
  }

  /// @throws StartException naming each home whose password or certificates cannot be had
  static RedisHomes of(Config config, Map<String, String> environment) throws StartException {
    Map<HomeId, RedisHome> all = new LinkedHashMap<>();
    for (Config.Home home : config.homes()) {
      all.put(home.name(), of(home, environment));
    }
    return new RedisHomes(all, config.defaultHome(), configuration(config), config.leases());
  }

  private static RedisHome of(Config.Home home, Map<String, String> environment)
      throws StartException {
    Optional<RedisHome.AclFence> fence =
        home.fence().map(f -> new RedisHome.AclFence(f.users(), f.writablePrefixes()));
    try {
      return new RedisHome(
          home.name(),
          home.host(),
          home.port(),
          home.user(),
          home.password().map(secret -> secret.reveal(environment)),
          home.tls() ? Optional.of(Tls.trusting(home.caFile())) : Optional.empty(),
          fence);
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured("home '" + home.name() + "': " + e.getMessage(), e);
    }
  }

  /// Server and gateways have to agree on these, besides the homes.
  private static String configuration(Config config) {
    return KnownHome.digest(
        "%s %s %s %s"
            .formatted(
                config.defaultHome(),
                config.leases(),
                config.homeGoneAfter(),
                new TreeMap<>(
                    config.scopes().stream()
                        .filter(scope -> scope.fallback().isPresent())
                        .collect(
                            Collectors.toMap(
                                scope -> scope.prefix().name(),
                                scope -> scope.fallback().orElseThrow().value())))));
  }

  /// What a gateway with these homes says of itself.
  GatewayIdentity identity(String instance) {
    return new GatewayIdentity(
        instance,
        0,
        all().stream().map(home -> KnownHome.at(home.id(), home.address())).toList(),
        configuration);
  }

  /// Who asks the homes once a second.
  void watchedBy(HomeWitness asking) {
    witness = asking;
  }

  @Override
  public Map<HomeId, String> silent() {
    HomeWitness asking = witness;
    return asking == null ? Map.of() : asking.silent();
  }

  @Override
  public Optional<HomeId> defaultHome(Engine engine) {
    return Optional.of(defaultHome);
  }

  @Override
  public LeaseOptions leases() {
    return leases;
  }

  @Override
  public String configuration(Engine engine) {
    return configuration;
  }

  Map<HomeId, RedisHome> byName() {
    return all;
  }

  Optional<RedisHome> redis(HomeId id) {
    return Optional.ofNullable(all.get(id));
  }

  @Override
  public List<Home> all() {
    return all.values().stream()
        .map(home -> new Home(home.id(), RedisEngine.NAME, home.host() + ":" + home.port()))
        .toList();
  }

  @Override
  public Look look(HomeId id) {
    RedisHome home = all.get(id);
    if (home == null) {
      return new Look(false, "", "the configuration names no such home", -1, -1);
    }
    try (RespConnection connection =
        RespConnection.open(home.endpoint(CONNECT_MILLIS_MAX, READ_MILLIS_MAX))) {
      String server = connection.call("INFO", "server").text();
      String memory = connection.call("INFO", "memory").text();
      long items = connection.call("DBSIZE").number();
      return new Look(true, version(server), "", items, number(memory, "used_memory"));
    } catch (IOException e) {
      return new Look(false, "", String.valueOf(e.getMessage()), -1, -1);
    }
  }

  private static String version(String info) {
    return field(info, "valkey_version")
        .map(version -> "Valkey " + version)
        .or(() -> field(info, "redis_version").map(version -> "Redis " + version))
        .orElse("");
  }

  private static long number(String info, String name) {
    try {
      return field(info, name).map(Long::parseLong).orElse(-1L);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Optional<String> field(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
