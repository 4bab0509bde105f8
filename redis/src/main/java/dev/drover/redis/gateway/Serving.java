package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Session;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.RecordReader;
import dev.drover.redis.move.RedisHome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all event loops of a gateway serve by: its options, homes, scopes and commands, and what it
/// counts. Read by any thread.
final class Serving {
  private static final Logger LOG = LoggerFactory.getLogger(Serving.class);

  /// Keys under no scope need no locator: they are wherever the home has them.
  private static final String EVERYWHERE = "*";

  private final RedisGatewayOptions options;
  private final GatewayOptions identity;
  private final RecordReader records;
  private final Logins logins;
  private final ScriptKiller scriptKiller = new ScriptKiller();
  private final Map<PartitionId, Gate> gates = new ConcurrentHashMap<>();
  private final AtomicLong scopeChanges = new AtomicLong();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final Map<HomeId, HomeFacts> facts = new ConcurrentHashMap<>();
  private final Placement rest;
  private final Supplier<Map<HomeId, RedisHome>> homes;
  private volatile Guard restGuard;
  private volatile ScopeTable scopes = ScopeTable.EMPTY;
  private volatile String redisVersion = "";
  private volatile CommandTable table = new CommandTable(List.of());

  /// @param homes all homes that a scope may be at, the default one among them
  /// @param records how records are read in fresh mode
  Serving(
      RedisGatewayOptions options,
      GatewayOptions identity,
      RecordReader records,
      Supplier<Map<HomeId, RedisHome>> homes) {
    if (!homes.get().containsKey(options.defaultHome())) {
      throw new IllegalArgumentException(
          "the default home '" + options.defaultHome() + "' is not among the homes");
    }
    this.options = options;
    this.identity = identity;
    this.records = records;
    this.homes = homes;
    this.logins = new Logins(identity.clocks().nanoClock());
    this.rest = new Placement(options.defaultHome(), EVERYWHERE);
    Session none = new Session(0, 0);
    none.end();
    this.restGuard = new Guard(none);
  }

  RedisGatewayOptions options() {
    return options;
  }

  RecordReader records() {
    return records;
  }

  Logins logins() {
    return logins;
  }

  ScriptKiller scriptKiller() {
    return scriptKiller;
  }

  boolean fresh() {
    return identity.mode() == GatewayMode.FRESH;
  }

  // --- homes and their commands

  Map<HomeId, RedisHome> homes() {
    return homes.get();
  }

  /// The home of this name. One that the record names and the configuration does not is nowhere:
  /// nobody listens there, and the error names it.
  RedisHome home(HomeId id) {
    RedisHome home = homes.get().get(id);
    if (home == null) {
      LOG.warn("a scope is at home '{}', which this gateway's configuration does not name", id);
      return RedisHome.plain(id, "unknown-home.invalid", 1);
    }
    return home;
  }

  /// What a home has said of itself; empty until it has answered for the first time.
  Optional<HomeFacts> facts(HomeId id) {
    return Optional.ofNullable(facts.get(id));
  }

  void learned(HomeId id, HomeFacts said) {
    facts.put(id, said);
  }

  /// Takes what the homes have said into the table of commands.
  void tableAnew() {
    facts.keySet().retainAll(homes().keySet());
    table = CommandCatalog.of(commandsOfHomes(), options.addedWrites());
    redisVersion =
        facts.values().stream().map(HomeFacts::version).min(String::compareTo).orElse("");
  }

  List<List<ServerCommand>> commandsOfHomes() {
    return facts.values().stream().map(HomeFacts::commands).toList();
  }

  CommandTable table() {
    return table;
  }

  String redisVersion() {
    return redisVersion;
  }

  // --- scopes

  /// What guards requests for keys under no scope, and where they go.
  Guard restGuard() {
    return restGuard;
  }

  Placement rest() {
    return rest;
  }

  void joined(Guard guard) {
    restGuard = guard;
  }

  void added(Gate gate) {
    gates.put(gate.partition(), gate);
    scopeChanges.incrementAndGet();
  }

  void removed(PartitionId partition) {
    gates.remove(partition);
    scopeChanges.incrementAndGet();
  }

  /// The scopes as the control has told them so far: who asks while they are gathered anew waits
  /// for that. A key must never be taken for one under no scope because its scope is new.
  ScopeTable scopes() {
    ScopeTable known = scopes;
    return known.change() == scopeChanges.get() ? known : scopesAnew();
  }

  private synchronized ScopeTable scopesAnew() {
    long change = scopeChanges.get();
    if (scopes.change() != change) {
      scopes = new ScopeTable(gates.values(), change);
    }
    return scopes;
  }

  // --- what is counted and told

  /// The gateway has answered with an error of its own.
  void refused(boolean outcomeUnknown) {
    (outcomeUnknown ? unknown : refused).increment();
  }

  /// Errors of the gateway's own, those left out whose outcome is unknown.
  long refusals() {
    return refused.sum();
  }

  /// Writes that may or may not have been done.
  long unknowns() {
    return unknown.sum();
  }

  String info(int clients) {
    return "# Server\r\nredis_version:"
        + redisVersion()
        + "\r\nredis_mode:standalone\r\ndrover_gateway:"
        + identity.id()
        + "\r\n\r\n# Clients\r\nconnected_clients:"
        + clients
        + "\r\n\r\n# Replication\r\nrole:master\r\n";
  }
}
