package dev.drover.app.config;

import dev.drover.app.config.ConfigException.Fault;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.store.embedded.EmbeddedStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
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
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX_LEAST = Duration.ofMillis(100);
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
    Section root = new Section(compose(text), "", 1, faults);
    Config.Store store = StoreReader.read(root.section("store"), this);
    Config.Server server = server(root.section("server"), store);
    List<Config.Home> homes = new ArrayList<>();
    root.sections("homes").forEach(each -> home(each).ifPresent(homes::add));
    if (root.sections("homes").isEmpty()) {
      root.fault(root.line("homes"), "'homes' is empty: name at least one Redis server");
    }
    LeaseOptions leases = leases(root.section("leases"));
    Config.Moves moves = moves(root.section("moves"));
    List<Config.Scope> scopes = new ArrayList<>();
    root.sections("scopes").forEach(each -> scope(each).ifPresent(scopes::add));
    List<Config.Gateway> gateways = new ArrayList<>();
    root.sections("gateways")
        .forEach(each -> gateway(each, leases, moves).ifPresent(gateways::add));
    Duration homeGoneAfter = homeGoneAfter(root.section("fallback"));
    Optional<HomeId> defaultHome = root.value("defaultHome", HomeId::new);
    defaultHome.ifPresent(id -> checks.refersTo(id, "defaultHome", root.line("defaultHome")));
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
        scopes,
        defaultHome.orElse(homes.getFirst().name()),
        gateways,
        leases,
        moves,
        homeGoneAfter);
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
    Optional<Secret> token = secret(section, "token", false);
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
    Optional<Secret> gatewayToken = secret(section, "gatewayToken", false);
    if (token.isEmpty()) {
      checks.loopbackOnly(listen, section, "listen");
      if (serves && gatewayToken.isEmpty()) {
        checks.loopbackOnly(store, section, "store");
      }
    }
    Config.Server server =
        new Config.Server(
            section.value("name", ConfigChecks::name).orElse("drover"),
            listen,
            store,
            path(section, "data").orElse(base.resolve("drover-data").resolve("server")),
            section.texts("hosts"),
            token,
            gatewayToken,
            serverTls(section),
            limits.number("movesPerHome", 4, 1, MOVES_PER_HOME_MAX),
            limits
                .value("storeLog", ConfigChecks::storeLog)
                .orElse(EmbeddedStore.Options.defaults().compactAfterBytes()),
            limits.value("abortTimeout", Units::duration).orElse(Duration.ofHours(1)));
    limits.done();
    section.done();
    return server;
  }

  private Optional<Config.ServerTls> serverTls(Section server) {
    if (!server.has("tls")) {
      return Optional.empty();
    }
    Section section = server.section("tls");
    Optional<Path> certificate = path(section, "certificate");
    Optional<Path> key = path(section, "key");
    if (certificate.isPresent() != key.isPresent()) {
      String there = certificate.isPresent() ? "certificate" : "key";
      String missing = certificate.isPresent() ? "key" : "certificate";
      section.fault(
          section.line(there),
          "'" + section.named(there) + "' needs '" + section.named(missing) + "' beside it");
    }
    Optional<Path> caFile = readable(section, "caFile");
    section.done();
    return Optional.of(new Config.ServerTls(certificate, key, caFile));
  }

  /// A file that is there; whether it is needed is not asked.
  Optional<Path> readable(Section section, String key) {
    Optional<Path> path = path(section, key);
    path.filter(file -> !Files.isReadable(file))
        .ifPresent(file -> section.fault(section.line(key), "cannot read " + file));
    return path;
  }

  private Optional<Config.Home> home(Section section) {
    Optional<HomeId> name = section.required("name", HomeId::new);
    name.ifPresent(id -> checks.home(id, section.line("name")));
    section.value(
        "engine",
        engine -> {
          if (!engine.equals("redis")) {
            throw new IllegalArgumentException(
                "there is no engine '" + engine + "' yet; the one there is: redis");
          }
          return engine;
        });
    Optional<String> host = section.required("host", text -> text);
    Optional<String> user = section.text("user");
    Optional<Secret> password = secret(section, "password", true);
    if (user.isPresent() && password.isEmpty()) {
      section.fault(section.line("user"), "'" + section.named("user") + "' needs a password");
    }
    boolean tls = section.flag("tls");
    Optional<Path> caFile = readable(section, "caFile");
    if (caFile.isPresent() && !tls) {
      section.fault(
          section.line("caFile"), "'" + section.named("caFile") + "' has no use without tls: true");
    }
    Optional<Config.Fence> fence = fence(section, user.orElse("default"));
    int port = section.number("port", 6379, 1, 65_535);
    host.ifPresent(at -> checks.homeAt(at + ":" + port, section.line("name")));
    section.done();
    return name.flatMap(
        id -> host.map(at -> new Config.Home(id, at, port, user, password, tls, caFile, fence)));
  }

  private static Optional<Config.Fence> fence(Section home, String ownUser) {
    if (!home.has("fence")) {
      return Optional.empty();
    }
    Section section = home.section("fence");
    List<String> users = section.texts("users");
    List<String> writable = section.texts("writablePrefixes");
    section.done();
    if (users.isEmpty()) {
      section.fault(section.line(), "'" + section.named("users") + "' names nobody to be fenced");
    }
    if (users.contains(ownUser)) {
      section.fault(
          section.line("users"),
          "user '"
              + ownUser
              + "' is fenced, but Drover itself logs in with it: give Drover a user of its own");
      return Optional.empty();
    }
    return Optional.of(new Config.Fence(users, writable));
  }

  private Optional<Config.Scope> scope(Section section) {
    Optional<PartitionId> prefix = section.required("prefix", RedisEngine::scope);
    Optional<HomeId> home = section.required("home", HomeId::new);
    prefix.ifPresent(id -> checks.scope(id, section.line("prefix")));
    home.ifPresent(id -> checks.refersTo(id, section.named("home"), section.line("home")));
    Optional<HomeId> fallback = section.value("fallback", HomeId::new);
    fallback.ifPresent(
        id -> checks.refersTo(id, section.named("fallback"), section.line("fallback")));
    if (fallback.isPresent() && fallback.equals(home)) {
      section.fault(
          section.line("fallback"),
          "'" + section.named("fallback") + "' is the scope's home: name another one");
    }
    section.done();
    return prefix.flatMap(id -> home.map(at -> new Config.Scope(id, at, fallback)));
  }

  private Optional<Config.Gateway> gateway(
      Section section, LeaseOptions leases, Config.Moves moves) {
    Optional<GatewayId> name = section.required("name", GatewayId::new);
    name.ifPresent(id -> checks.gateway(id, section.line("name")));
    Optional<Address> listen = section.required("listen", Address::parse);
    listen.ifPresent(at -> checks.listens(at, section.named("listen"), section.line("listen")));
    Optional<Address> health = section.value("health", Address::parse);
    health.ifPresent(at -> checks.listens(at, section.named("health"), section.line("health")));
    Optional<Secret> password = secret(section, "password", true);
    if (password.isEmpty()) {
      listen.ifPresent(at -> checks.loopbackOnly(at, section, "listen"));
    }
    GatewayMode mode = section.value("mode", ConfigChecks::mode).orElse(GatewayMode.LEASED);
    int loops = section.number("loops", 0, 0, LOOPS_MAX);
    Config.Hold hold = hold(section.section("hold"), leases, moves);
    int clients = section.number("clients", 10_000, 1, CLIENTS_MAX);
    Optional<Path> data = path(section, "data");
    Config.Serving serving = serving(section);
    section.done();
    return name.flatMap(
        id ->
            listen.map(
                at ->
                    new Config.Gateway(
                        id,
                        at,
                        mode,
                        loops,
                        password,
                        data.orElse(base.resolve("drover-data").resolve(id.value())),
                        health,
                        hold,
                        clients,
                        serving)));
  }

  private static Config.Serving serving(Section section) {
    Duration homeTimeout = section.value("homeTimeout", Units::duration).orElse(ANSWER_MAX);
    atLeast(section, "homeTimeout", homeTimeout, ANSWER_MAX_LEAST, "homes are slow for a moment");
    Duration scriptTimeout = section.value("scriptTimeout", Units::duration).orElse(ANSWER_MAX);
    atLeast(section, "scriptTimeout", scriptTimeout, ANSWER_MAX_LEAST, "scripts take their time");
    return new Config.Serving(
        homeTimeout,
        section.value("scripts", ConfigChecks::scripts).orElse(Config.Scripts.CONFINED),
        scriptTimeout,
        section.texts("writeCommands").stream()
            .map(command -> command.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static Config.Hold hold(Section section, LeaseOptions leases, Config.Moves moves) {
    Duration least = moves.budget().plus(leases.shortLease());
    Duration time = section.value("time", Units::duration).orElse(least);
    atLeast(section, "time", time, least, "a hold can last for the budget and one short lease");
    long bytes = section.value("bytes", Units::size).orElse(64L << 20);
    int requests = section.number("requests", 10_000, 1, 10_000_000);
    section.done();
    return new Config.Hold(time, bytes, requests);
  }

  private static void atLeast(
      Section section, String key, Duration value, Duration least, String because) {
    if (value.compareTo(least) < 0) {
      section.fault(
          section.line(key),
          "'%s' is %s, but %s: at least %s"
              .formatted(section.named(key), Units.text(value), because, Units.text(least)));
    }
  }

  private static Duration homeGoneAfter(Section section) {
    Duration after = section.value("after", Units::duration).orElse(HOME_GONE_AFTER);
    atLeast(
        section,
        "after",
        after,
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

  private Optional<Path> path(Section section, String key) {
    return section.value(key, text -> base.resolve(text).normalize());
  }

  /// `password`, `passwordFile` or `passwordEnv`, and the same for any other name.
  Optional<Secret> secret(Section section, String name, boolean orEnvironment) {
    List<Secret> found = new ArrayList<>();
    section.text(name).ifPresent(t -> found.add(Secret.text(t, section.line(name))));
    path(section, name + "File")
        .ifPresent(p -> found.add(Secret.file(p, section.line(name + "File"))));
    if (orEnvironment) {
      section
          .text(name + "Env")
          .ifPresent(v -> found.add(Secret.environment(v, section.line(name + "Env"))));
    }
    if (found.size() > 1) {
      section.fault(found.get(1).line(), "'" + section.named(name) + "' is given more than once");
    }
    return found.stream().findFirst();
  }
}
