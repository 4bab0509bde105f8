package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.control.Homes;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.HomeLook;
import dev.drover.core.mover.Mover;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.HomeMemory;
import dev.drover.engine.Plugs;
import dev.drover.gateway.HomeWitness;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.KnownHome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The homes that the configuration names, of all engines or of one, as this process reaches them.
public final class OpenHomes implements Homes {
  private final Map<Engine, EngineHomes> engines;
  private volatile Config config;
  private volatile @Nullable HomeWitness witness;

  private OpenHomes(Config config, Map<Engine, EngineHomes> engines) {
    this.config = config;
    this.engines = engines;
  }

  /// @throws StartException naming a home whose password or certificates cannot be had
  public static OpenHomes of(Config config, Map<String, String> environment) throws StartException {
    return of(config, config.engines(), environment);
  }

  /// Those of some engines.
  static OpenHomes of(Config config, List<Engine> engines, Map<String, String> environment)
      throws StartException {
    Map<Engine, EngineHomes> open = new LinkedHashMap<>();
    try {
      for (Engine engine : engines) {
        open.put(engine, Plugs.of(engine).open(config.homesOf(engine), environment));
      }
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured(String.valueOf(e.getMessage()), e);
    }
    return new OpenHomes(config, open);
  }

  /// Server and gateways have to agree on these, besides the homes.
  private static String configuration(Config config, Engine engine) {
    return KnownHome.digest(
        "%s %s %s %s"
            .formatted(
                config.rest().get(engine),
                config.times().leases(),
                config.times().homeGoneAfter(),
                new TreeMap<>(
                    config.partitionsOf(engine).stream()
                        .filter(each -> each.fallback().isPresent())
                        .collect(
                            Collectors.toMap(
                                each -> each.id().name(),
                                each -> each.fallback().orElseThrow().value())))));
  }

  /// What a gateway of an engine says of itself.
  ///
  /// @param same as [HomeAddresses.Elsewhere#same]: by those addresses it names its homes
  static GatewayIdentity identity(
      Config config, Engine engine, String instance, Map<String, String> same) {
    return new GatewayIdentity(
        instance,
        0,
        config.homes().stream()
            .filter(home -> home.engine().equals(engine))
            .map(
                home ->
                    KnownHome.at(
                        home.name(), same.getOrDefault(home.name().value(), home.address())))
            .toList(),
        configuration(config, engine));
  }

  /// The homes of another configuration, for the same engines. These stay as they are.
  ///
  /// @throws StartException as [#of(Config, Map)]
  OpenHomes like(Config other, Map<String, String> environment) throws StartException {
    return of(other, List.copyOf(engines.keySet()), environment);
  }

  /// Takes the homes of another configuration, and what else it says, from now on.
  ///
  /// @throws IllegalArgumentException as [EngineHomes#change]; [#like] has found that before
  void change(Config now, Map<String, String> environment) {
    engines.forEach((engine, homes) -> homes.change(now.homesOf(engine), environment));
    config = now;
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
    return Optional.ofNullable(config.rest().get(engine));
  }

  @Override
  public LeaseOptions leases() {
    return config.times().leases();
  }

  @Override
  public String configuration(Engine engine) {
    return configuration(config, engine);
  }

  /// Whether this process reaches the homes of an engine.
  boolean has(Engine engine) {
    return engines.containsKey(engine);
  }

  /// As the configuration names them.
  public List<Config.Home> configured() {
    return config.homes().stream().filter(home -> has(home.engine())).toList();
  }

  @Override
  public List<Home> all() {
    return configured().stream()
        .map(home -> new Home(home.name(), home.engine(), home.address()))
        .toList();
  }

  /// The homes of one engine.
  ///
  /// @throws IllegalArgumentException if the configuration names none
  public EngineHomes of(Engine engine) {
    EngineHomes open = engines.get(engine);
    if (open == null) {
      throw new IllegalArgumentException(
          "the configuration names no home of engine '" + engine + "'");
    }
    return open;
  }

  private EngineHomes around(HomeId id) {
    Home home =
        find(id)
            .orElseThrow(
                () -> new IllegalArgumentException("the configuration names no home '" + id + "'"));
    return of(home.engine());
  }

  Map<Engine, Mover> movers(LongSupplier nanoClock) {
    Map<Engine, Mover> all = new LinkedHashMap<>();
    engines.forEach((engine, homes) -> all.put(engine, homes.mover(nanoClock)));
    return all;
  }

  @Override
  public HomeLook look(HomeId id) {
    return find(id).isEmpty()
        ? HomeLook.unreachable("the configuration names no such home")
        : around(id).look(id);
  }

  /// As [EngineHomes#memory].
  public HomeMemory memory(HomeId id) throws IOException {
    return around(id).memory(id);
  }

  /// As [HomeWitness.Probe#ask].
  String ask(HomeId id) throws HomeWitness.Gone, HomeWitness.Refuses {
    if (find(id).isEmpty()) {
      throw new HomeWitness.Gone("the configuration names no such home");
    }
    return around(id).ask(id);
  }
}
