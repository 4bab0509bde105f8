package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.app.config.ConfigDiff;
import dev.drover.app.config.ConfigException;
import dev.drover.app.config.ConfigText;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.fleet.View;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.HoldOptions;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.ConfigurationRecord;
import dev.drover.store.records.GatewayIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway's side of an applied configuration: it reads its own file again, takes the homes and
/// limits that stand there, and registers anew. Clients stay connected. What it cannot take is left
/// as it was, all of it, and shown in its health.
final class GatewayReconfiguration {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayReconfiguration.class);
  private static final int TRIES_MAX = 10;
  private static final long RETRY_MILLIS = 500;

  private static final int PROBLEM_CHARS_MAX = 1_000;
  private static final Duration OTHERS_MAX = Duration.ofSeconds(5);

  private final Config.Gateway gateway;
  private final String instance;
  private final Map<String, String> environment;
  private final StateStore store;
  private final OpenHomes homes;
  private final GatewayServer server;
  private final HomeWitness witness;
  private Config inForce;
  private Map<String, String> same = Map.of();
  private long number;
  private volatile String problem = "";

  /// @param instance what tells this gateway from others of its name
  GatewayReconfiguration(
      Config config,
      Config.Gateway gateway,
      String instance,
      Map<String, String> environment,
      StateStore store,
      OpenHomes homes,
      GatewayServer server,
      HomeWitness witness) {
    this.inForce = config;
    this.gateway = gateway;
    this.instance = instance;
    this.environment = environment;
    this.store = store;
    this.homes = homes;
    this.server = server;
    this.witness = witness;
  }

  /// Why what its file says is not in force; empty if nothing speaks against it.
  Optional<String> problem() {
    return Optional.of(problem).filter(words -> !words.isEmpty());
  }

  /// The server has applied its configuration: so does this gateway, and says what has come of it.
  synchronized void applied(ConfigurationRecord record) {
    number = record.number();
    reload();
  }

  /// Applies what the file says now.
  synchronized void reload() {
    try {
      ConfigDiff diff = ConfigDiff.of(inForce, ConfigText.read(inForce.file()).config());
      List<String> against = against(diff);
      if (against.isEmpty()) {
        problem = "";
        take(diff);
        return;
      }
      problem = "the configuration was not applied: " + String.join("; ", against);
    } catch (ConfigException e) {
      problem = "the configuration cannot be used, and was not applied: " + e.getMessage();
    } catch (StartException | StoreException e) {
      problem = "the configuration was not applied: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    problem = problem.strip().replaceAll("\\s*\n\\s*", "; ");
    LOG.error("{}. Mend it, and send SIGHUP or run 'drover apply' again", problem);
    tellProblem();
  }

  /// So that the server need not wait, and can say why this gateway does not follow.
  private void tellProblem() {
    try {
      identify(inForce);
    } catch (StoreException e) {
      LOG.info("the server could not be told: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> against(ConfigDiff diff)
      throws StartException, StoreException, InterruptedException {
    Config next = diff.next();
    List<String> all = new ArrayList<>(diff.impossible());
    OpenHomes candidate = homes.like(next, environment);
    Set<HomeId> moved = new HashSet<>(diff.moved());
    moved.removeIf(home -> homes.find(home).isEmpty());
    all.addAll(new HomeAddresses(homes).others(moved, candidate));
    Set<HomeId> certain = new HashSet<>(diff.added());
    certain.addAll(diff.moved());
    HomeAddresses.Elsewhere elsewhere =
        new HomeAddresses(candidate)
            .elsewhere(
                gateway.engine(),
                HomeAddresses.serversAddresses(gateway.engine(), store),
                certain,
                OTHERS_MAX);
    all.addAll(elsewhere.others());
    same = elsewhere.same();
    all.addAll(used(diff.removed()));
    return all;
  }

  /// Partitions whose records name a home that would not be there.
  private List<String> used(Set<HomeId> removed) {
    List<String> all = new ArrayList<>();
    for (View view : server.views()) {
      Partition partition = view.partition();
      partition.homes().stream()
          .filter(removed::contains)
          .forEach(
              home ->
                  all.add(
                      "home '%s' is needed: '%s' is there, moves there, or owes something there"
                          .formatted(home, partition.id())));
    }
    return all;
  }

  /// New homes first, then the registration, and gone homes last: so a home that this gateway has
  /// registered is always one that it reaches.
  private void take(ConfigDiff diff) throws StoreException, InterruptedException {
    Config before = inForce;
    Config next = diff.next();
    homes.change(both(before, next), environment);
    identify(next);
    List<String> used = used(diff.removed());
    // If a move has begun meanwhile, it goes on, and the home stays until this is applied again.
    inForce = used.isEmpty() ? next : both(before, next);
    used.forEach(LOG::warn);
    Witnesses.watch(witness, inForce, homes);
    homes.change(inForce, environment);
    diff.otherThanBefore().stream()
        .filter(home -> used.isEmpty() || !diff.removed().contains(home))
        .forEach(server::retire);
    limits(next);
    diff.changes().stream()
        .filter(change -> concerns(change.what()))
        .forEach(change -> LOG.info("configuration: {}", Reconfiguration.words(change)));
  }

  /// A server's settings, and other gateways', are not this one's.
  private boolean concerns(String what) {
    return !what.startsWith("server.")
        && (!what.startsWith("gateway ") || what.startsWith("gateway '" + gateway.name() + "'"));
  }

  private static Config both(Config before, Config next) {
    List<Config.Home> all = new ArrayList<>(next.homes());
    before.homes().stream()
        .filter(home -> next.homes().stream().noneMatch(each -> each.name().equals(home.name())))
        .forEach(all::add);
    return next.with(all);
  }

  private void identify(Config next) throws StoreException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        String said = problem.substring(0, Math.min(problem.length(), PROBLEM_CHARS_MAX));
        server.identify(
            OpenHomes.identity(next, gateway.engine(), instance, same)
                .with(Optional.of(new GatewayIdentity.Applied(number, said))));
        return;
      } catch (StoreException e) {
        if (tries == TRIES_MAX) {
          throw e;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  private void limits(Config next) {
    Config.Gateway.Capacity capacity =
        next.gateway(gateway.name().value()).orElse(gateway).capacity();
    server.limit(capacity.clients(), hold(capacity.hold()));
  }

  static HoldOptions hold(Config.Hold hold) {
    return new HoldOptions(hold.time(), hold.bytes(), hold.requests());
  }
}
