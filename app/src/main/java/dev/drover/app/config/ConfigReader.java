package dev.drover.app.config;

import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.engine.FrontSettings;
import dev.drover.engine.HomeSettings;
import dev.drover.engine.Plug;
import dev.drover.engine.Plugs;
import dev.drover.engine.config.Address;
import dev.drover.engine.config.Fault;
import dev.drover.engine.config.Secret;
import dev.drover.engine.config.Section;
import dev.drover.engine.config.Units;
import dev.drover.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads `drover.yaml`: everything that is wrong in it is found in one go.
public final class ConfigReader {
  private static final int MOVES_PER_HOME_MAX = 100;
  private static final int LOOPS_MAX = 256;
  private static final int CLIENTS_MAX = 1_000_000;
  private static final Duration HOME_GONE_AFTER = Duration.ofSeconds(10);
  private static final Duration HOME_GONE_AFTER_MIN = Duration.ofSeconds(2);

  private final Path file;
  private final Path base;
  private final List<Fault> faults = new ArrayList<>();
  private final ConfigChecks checks = new ConfigChecks(faults);

  private ConfigReader(Path file) {
    this.file = file;
    Path parent = file.toAbsolutePath().getParent();
    this.base = parent == null ? file.toAbsolutePath() : parent;
  }

  /// Reads a file.
  ///
  /// @throws ConfigException with everything that is wrong
  public static Config read(Path file) throws ConfigException {
    return parse(file, YamlText.read(file));
  }

  /// Reads a file's text.
  ///
  /// @param file relative paths in it begin beside this file
  public static Config parse(Path file, String text) throws ConfigException {
    return new ConfigReader(file).config(text);
  }

  private Config config(String text) throws ConfigException {
    Section root = new Section(compose(text), base, faults);
    Config.Store store = StoreReader.read(root.section("store"));
    Config.Server server = server(root.section("server"), store);
    List<Config.Home> homes = new ArrayList<>();
    root.sections("homes").forEach(each -> home(each).ifPresent(homes::add));
    if (root.sections("homes").isEmpty()) {
      root.fault(root.line("homes"), "'homes' is empty: name at least one home");
    }
    LeaseOptions leases = leases(root.section("leases"));
    Config.Moves moves = moves(root.section("moves"));
    List<Config.Partition> partitions = new ArrayList<>();
    Map<Engine, HomeId> rest = new HashMap<>();
    for (Plug plug : Plugs.all()) {
      root.sections(plug.partitionsKey())
          .forEach(each -> partition(plug, each).ifPresent(partitions::add));
      rest(plug, root, homes).ifPresent(home -> rest.put(plug.engine(), home));
    }
    List<Config.Gateway> gateways = new ArrayList<>();
    root.sections("gateways")
        .forEach(each -> gateway(each, leases, moves).ifPresent(gateways::add));
    Duration homeGoneAfter = homeGoneAfter(root.section("fallback"));
    root.done();
    checks.end();
    if (!faults.isEmpty()) {
      throw new ConfigException(
          file, faults.stream().distinct().sorted(Comparator.comparingInt(Fault::line)).toList());
    }
    return new Config(
        file,
        server,
        store,
        homes,
        partitions,
        rest,
        gateways,
        new Config.Times(leases, moves, homeGoneAfter));
  }

  /// Where an engine keeps what is in no partition: at its first home, if nothing is said.
  private Optional<HomeId> rest(Plug plug, Section root, List<Config.Home> homes) {
    Optional<String> key = plug.restKey();
    if (key.isEmpty()) {
      return Optional.empty();
    }
    Optional<HomeId> named = root.value(key.get(), HomeId::new);
    named.ifPresent(id -> checks.refersTo(id, plug.engine(), key.get(), root.line(key.get())));
    return named.or(
        () ->
            homes.stream()
                .filter(home -> home.engine().equals(plug.engine()))
                .map(Config.Home::name)
                .findFirst());
  }

  private @Nullable Node compose(String text) throws ConfigException {
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.toString()).build();
      YamlText.check(file, settings, text);
      return new Compose(settings).composeString(text).orElse(null);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(-1) + 1;
      throw new ConfigException(file, List.of(new Fault(line, "not YAML: " + e.getProblem())));
    } catch (YamlEngineException e) {
      throw new ConfigException(file, List.of(new Fault(0, "not YAML: " + e.getMessage())));
    }
  }

  private Config.Server server(Section section, Config.Store kept) {
    Section limits = section.section("limits");
    Address listen = section.value("listen", Address::parse).orElse(new Address("127.0.0.1", 7400));
    Address store = section.value("store", Address::parse).orElse(new Address("127.0.0.1", 7401));
    Optional<Secret> token = section.secret("token", false);
    checks.listens(listen, "server.listen", section.line("listen"));
    boolean serves = kept instanceof Config.Store.Embedded;
    if (serves) {
      checks.listens(store, "server.store", section.line("store"));
    } else if (section.has("store")) {
      section.fault(
          section.line("store"),
          "'server.store' is where the embedded store is reached; it has no use with this"
              + " store.kind");
    }
    Optional<Secret> gatewayToken = section.secret("gatewayToken", false);
    if (token.isEmpty()) {
      checks.loopbackOnly(listen, section, "listen", "token");
      if (serves && gatewayToken.isEmpty()) {
        checks.loopbackOnly(store, section, "store", "token");
      }
    }
    Config.Server server =
        new Config.Server(
            section.value("name", ConfigChecks::name).orElse("drover"),
            listen,
            store,
            section.path("data").orElse(base.resolve("drover-data").resolve("server")),
            section.texts("hosts"),
            new Config.Server.Tokens(token, gatewayToken),
            serverTls(section),
            new Config.Server.Limits(
                limits.number("movesPerHome", 4, 1, MOVES_PER_HOME_MAX),
                limits
                    .value("storeLog", ConfigChecks::storeLog)
                    .orElse(EmbeddedStore.Options.defaults().compactAfterBytes()),
                limits.value("abortTimeout", Units::duration).orElse(Duration.ofHours(1))));
    limits.done();
    section.done();
    return server;
  }

  private Optional<Config.ServerTls> serverTls(Section server) {
    if (!server.has("tls")) {
      return Optional.empty();
    }
    Section section = server.section("tls");
    Optional<Path> certificate = section.path("certificate");
    Optional<Path> key = section.path("key");
    both(section, certificate, key);
    Optional<Path> caFile = section.readable("caFile");
    section.done();
    return Optional.of(new Config.ServerTls(certificate, key, caFile));
  }

  private static void both(Section section, Optional<Path> certificate, Optional<Path> key) {
    if (certificate.isPresent() != key.isPresent()) {
      String there = certificate.isPresent() ? "certificate" : "key";
      String missing = certificate.isPresent() ? "key" : "certificate";
      section.fault(
          section.line(there),
          "'" + section.named(there) + "' needs '" + section.named(missing) + "' beside it");
    }
  }

  private static Optional<Config.GatewayTls> gatewayTls(Section gateway) {
    if (!gateway.has("tls")) {
      return Optional.empty();
    }
    Section section = gateway.section("tls");
    Optional<Path> certificate = section.readable("certificate");
    Optional<Path> key = section.readable("key");
    both(section, certificate, key);
    if (certificate.isEmpty() && key.isEmpty()) {
      section.fault(
          section.line(),
          "'%s' needs '%s' and '%s', by which clients know the gateway"
              .formatted(section.named(""), section.named("certificate"), section.named("key")));
    }
    section.done();
    return certificate.flatMap(cert -> key.map(of -> new Config.GatewayTls(cert, of)));
  }

  /// The engine that a home or a gateway is of.
  private static Optional<Plug> engine(Section section) {
    return section.has("engine")
        ? section.value("engine", Plugs::of)
        : Optional.of(Plugs.of(Engine.FIRST));
  }

  private Optional<Config.Home> home(Section section) {
    Optional<HomeId> name = section.required("name", HomeId::new);
    Optional<Plug> plug = engine(section);
    name.ifPresent(id -> checks.home(id, plug.map(Plug::engine), section.line("name")));
    if (plug.isEmpty()) {
      return Optional.empty();
    }
    HomeSettings settings = plug.get().home(section);
    settings.addresses().forEach(at -> checks.homeAt(at, section.line("name")));
    section.done();
    return name.map(id -> new Config.Home(id, plug.get().engine(), settings));
  }

  private Optional<Config.Partition> partition(Plug plug, Section section) {
    Optional<Plug.Place> place = plug.partition(section);
    Optional<HomeId> home = section.required("home", HomeId::new);
    place.ifPresent(each -> checks.partition(plug.traits().nouns().partition(), each, section));
    home.ifPresent(
        id -> checks.refersTo(id, plug.engine(), section.named("home"), section.line("home")));
    Optional<HomeId> fallback = section.value("fallback", HomeId::new);
    fallback.ifPresent(
        id ->
            checks.refersTo(
                id, plug.engine(), section.named("fallback"), section.line("fallback")));
    if (fallback.isPresent() && fallback.equals(home)) {
      section.fault(
          section.line("fallback"),
          "'%s' is the %s's home: name another one"
              .formatted(section.named("fallback"), plug.traits().nouns().partition()));
    }
    section.done();
    Optional<Config.Partition> read =
        place.flatMap(
            each -> home.map(at -> new Config.Partition(each.id(), each.locator(), at, fallback)));
    read.ifPresent(each -> checks.place(plug.traits(), each, section.line()));
    return read;
  }

  private Optional<Config.Gateway> gateway(
      Section section, LeaseOptions leases, Config.Moves moves) {
    Optional<GatewayId> name = section.required("name", GatewayId::new);
    name.ifPresent(id -> checks.gateway(id, section.line("name")));
    Optional<Address> listen = section.required("listen", Address::parse);
    listen.ifPresent(at -> checks.listens(at, section.named("listen"), section.line("listen")));
    Optional<Address> health = section.value("health", Address::parse);
    health.ifPresent(at -> checks.listens(at, section.named("health"), section.line("health")));
    GatewayMode mode = section.value("mode", ConfigChecks::mode).orElse(GatewayMode.LEASED);
    Config.Gateway.Capacity capacity =
        new Config.Gateway.Capacity(
            section.number("loops", 0, 0, LOOPS_MAX),
            section.number("clients", 10_000, 1, CLIENTS_MAX),
            hold(section.section("hold"), leases, moves));
    Optional<Path> data = section.path("data");
    Optional<Config.GatewayTls> tls = gatewayTls(section);
    Optional<Plug> plug = engine(section);
    if (plug.isEmpty()) {
      return Optional.empty();
    }
    Engine engine = plug.get().engine();
    name.ifPresent(id -> checks.gatewayOf(id, engine, section.line("name")));
    FrontSettings front = plug.get().front(section);
    if (!front.asksForSecret()) {
      listen.ifPresent(at -> checks.loopbackOnly(at, section, "listen", front.secretKey()));
    }
    section.done();
    return name.flatMap(
        id ->
            listen.map(
                at ->
                    new Config.Gateway(
                        id,
                        new Config.Gateway.Listening(at, tls),
                        mode,
                        data.orElse(base.resolve("drover-data").resolve(id.value())),
                        health,
                        capacity,
                        engine,
                        front)));
  }

  private static Config.Hold hold(Section section, LeaseOptions leases, Config.Moves moves) {
    Duration least = moves.budget().plus(leases.shortLease());
    Duration time =
        section.duration(
            "time", least, least, "a hold can last for the budget and one short lease");
    long bytes = section.value("bytes", Units::size).orElse(64L << 20);
    int requests = section.number("requests", 10_000, 1, 10_000_000);
    section.done();
    return new Config.Hold(time, bytes, requests);
  }

  private static Duration homeGoneAfter(Section section) {
    Duration after =
        section.duration(
            "after",
            HOME_GONE_AFTER,
            HOME_GONE_AFTER_MIN,
            "a home that restarts or is slow for a moment is not lost");
    section.done();
    return after;
  }

  private LeaseOptions leases(Section section) {
    LeaseOptions standard = LeaseOptions.DEFAULT;
    Duration longLease = section.value("long", Units::duration).orElse(standard.longLease());
    Duration shortLease = section.value("short", Units::duration).orElse(standard.shortLease());
    Duration keepAlive = section.value("keepAlive", Units::duration).orElse(standard.keepAlive());
    double drift = section.value("drift", ConfigChecks::fraction).orElse(standard.driftMargin());
    section.done();
    try {
      return new LeaseOptions(longLease, shortLease, keepAlive, drift);
    } catch (IllegalArgumentException e) {
      section.fault(section.line(), "'leases': " + e.getMessage());
      return standard;
    }
  }

  private static Config.Moves moves(Section section) {
    Duration budget = section.value("budget", ConfigChecks::budget).orElse(Duration.ofMillis(500));
    Units.Rate rate = section.value("rate", Units::rate).orElse(Units.Rate.UNLIMITED);
    section.done();
    return new Config.Moves(budget, rate);
  }
}
