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
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.HomesRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownHome;
import dev.drover.store.records.Records;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The homes that the configuration names, of all engines or of one, as this process reaches them.
public final class OpenHomes implements Homes {
  private static final Logger LOG = LoggerFactory.getLogger(OpenHomes.class);

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
  /// @param same as [Elsewhere#same]: by those addresses it names its homes
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

  /// Why homes that are known by another address now may be other servers; empty if each is seen to
  /// be the same. To a gateway or server that does not follow yet, the old address is the home: two
  /// servers would take writes for one.
  ///
  /// @param moved the homes that are at other addresses there
  List<String> others(Set<HomeId> moved, OpenHomes there) {
    List<String> all = new ArrayList<>();
    for (HomeId id : moved) {
      String was = find(id).map(Home::address).orElse("");
      String is = there.find(id).map(Home::address).orElse("");
      try (HomeMemory old = memory(id);
          HomeMemory now = there.memory(id)) {
        if (!old.runId().equals(now.runId())) {
          all.add(
              "home '%s' is at %s, and the server at %s is another one. Give that one a name of its own and move what is there to it; or stop all gateways and servers, and start them with the new address"
                  .formatted(id, was, is));
        }
      } catch (IOException e) {
        all.add(
            "home '%s' would be at %s instead of %s, and it is not known whether that is the same server (%s). Both addresses have to answer while this is applied"
                .formatted(id, is, was, e.getMessage()));
      }
    }
    return all;
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

  /// Homes that the server reaches at other addresses.
  ///
  /// @param others why a home may be another server than the server's; two servers would take
  ///   writes for one home
  /// @param same the server's addresses of homes that were seen to be the same servers
  record Elsewhere(List<String> others, Map<String, String> same) {}

  /// Compares this process' addresses of homes with the server's, and asks both for their run where
  /// they differ, all at the same time.
  ///
  /// @param servers [#serversAddresses]
  /// @param certain homes that have to be seen to be the same; of the others it is enough that
  ///   nothing shows within `most` that they are not
  Elsewhere elsewhere(
      Engine engine, Map<String, String> servers, Set<HomeId> certain, Duration most)
      throws InterruptedException {
    long endNanos = System.nanoTime() + most.toNanos();
    Map<Home, Future<Boolean>> asked = new LinkedHashMap<>();
    for (Home home : all()) {
      String there = servers.getOrDefault(home.id().value(), home.address());
      if (home.engine().equals(engine) && !there.equals(home.address())) {
        FutureTask<Boolean> question = new FutureTask<>(() -> sameServer(engine, home, there));
        Thread.ofVirtual().name("address of " + home.id()).start(question);
        asked.put(home, question);
      }
    }
    List<String> others = new ArrayList<>();
    Map<String, String> same = new LinkedHashMap<>();
    for (Map.Entry<Home, Future<Boolean>> each : asked.entrySet()) {
      Home home = each.getKey();
      String there = servers.getOrDefault(home.id().value(), "");
      String where =
          "home '%s' is at %s here, and at %s for the server"
              .formatted(home.id(), home.address(), there);
      try {
        if (each.getValue().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          same.put(home.id().value(), there);
        } else {
          others.add(where + ", and these are two servers. Bring the server's configuration here");
        }
      } catch (ExecutionException | TimeoutException e) {
        String why = e.getCause() == null ? "no answer" : String.valueOf(e.getCause().getMessage());
        String unknown =
            "%s, and it is not known whether these are the same server (%s)".formatted(where, why);
        if (certain.contains(home.id())) {
          others.add(unknown + ". Bring the server's configuration here");
        } else {
          LOG.warn("{}", unknown);
        }
      }
    }
    return new Elsewhere(others, same);
  }

  private boolean sameServer(Engine engine, Home home, String there) throws IOException {
    try (HomeMemory mine = memory(home.id());
        HomeMemory its = of(engine).memoryAt(home.id(), there)) {
      return mine.runId().equals(its.runId());
    }
  }

  /// Where the server reaches the homes of an engine, as it has said in the store.
  static Map<String, String> serversAddresses(Engine engine, StateStore store)
      throws StoreException {
    String key = Keys.homes(engine);
    Optional<Entry> known = store.get(key);
    return known.isEmpty()
        ? Map.of()
        : Records.decode(key, known.get().value(), HomesRecord.class).addresses();
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
