package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.app.config.OwnerFile;
import dev.drover.app.config.TokenFile;
import dev.drover.app.past.PartitionCheck;
import dev.drover.app.past.PastCheck;
import dev.drover.app.past.Repair;
import dev.drover.control.Api;
import dev.drover.control.ApiOptions;
import dev.drover.control.Controller;
import dev.drover.control.ControllerOptions;
import dev.drover.control.certificate.Signer;
import dev.drover.core.Clocks;
import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.engine.config.Address;
import dev.drover.gateway.HomeWitness;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.grants.GatewayGrants;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.remote.StoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server: the store, served to gateways if it is the embedded one, and a controller with its
/// API.
public final class ServerProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);

  private static final String CERTIFICATE_KEY = "certificate-key";
  private static final Duration STORE_WAIT = Duration.ofSeconds(15);
  private static final long STORE_RETRY_MILLIS = 200;

  private final Config.Server config;
  private final Accepted accepted;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable Reconfiguration reconfiguration;
  private int apiPort;
  private String storeAddress = "";
  private int partitions;

  private ServerProcess(Config.Server config, Accepted accepted) {
    this.config = config;
    this.accepted = accepted;
  }

  /// Starts everything; returns when clients are served.
  ///
  /// @throws StartException if it cannot; nothing is left running then
  public static ServerProcess start(Config config, Map<String, String> environment)
      throws StartException {
    return start(config, environment, Accepted.NOTHING);
  }

  /// What an operator takes upon himself for one start.
  ///
  /// @param lostPast a store that has lost what others have seen
  /// @param adopt new partitions begin where what they hold is
  public record Accepted(boolean lostPast, boolean adopt) {
    static final Accepted NOTHING = new Accepted(false, false);
  }

  /// As the other.
  public static ServerProcess start(
      Config config, Map<String, String> environment, Accepted accepted) throws StartException {
    ServerProcess server = new ServerProcess(config.server(), accepted);
    try {
      server.open(config, environment);
      return server;
    } catch (StartException e) {
      server.close();
      throw e;
    }
  }

  private void open(Config config, Map<String, String> environment) throws StartException {
    Optional<SSLContext> tls = tls();
    OpenHomes homes = OpenHomes.of(config, environment);
    try {
      StateStore store = open(config.store(), environment);
      awaitAnswer(store, Stores.address(config.store(), this.config.store()));
      Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
      AtomicReference<ControllerOptions.Tuning> tuning =
          new AtomicReference<>(Reconfiguration.tuning(config));
      Controller controller =
          new Controller(
              options(clocks, tuning::get, !(store instanceof EmbeddedStore)),
              store,
              homes.movers(System::nanoTime),
              homes);
      PastCheck.run(config, homes, store, accepted.lostPast(), Ids::instance);
      // A new store is served once it has its partitions: a gateway that knew nothing of them would
      // serve what they hold elsewhere. One that gateways live by is served at once.
      boolean isNew = isNew(config, store);
      if (!isNew) {
        serve(config.store(), store, environment, tls);
      }
      Map<PartitionId, HomeId> move = createPartitions(config, controller, store, homes);
      if (isNew) {
        serve(config.store(), store, environment, tls);
      }
      controller.start();
      parts.push(controller);
      HomeWitness witness =
          Witnesses.start(config, this.config.name(), false, store, homes, Witnesses.NOBODY);
      homes.watchedBy(witness);
      parts.push(witness);
      Reconfiguration running =
          new Reconfiguration(config, environment, store, homes, controller, witness, tuning);
      reconfiguration = running;
      move.forEach((id, to) -> running.move(id, to));
      parts.push(ConfigurationWatch.start(store, running::appliedBy));
      Signer signer = signer();
      signer.publish(store, System.currentTimeMillis());
      apiPort = startApi(controller, running, apiToken(environment), tls, signer);
      if (store instanceof EmbeddedStore embedded) {
        embedded.announce(storeAddress);
      }
      parts.push(WarmUp.start(this.config.data()));
    } catch (StoreException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting", e);
    }
  }

  /// Mends the store of servers that do not run.
  public static Repair.Result repair(
      Config config, Map<String, String> environment, Map<PartitionId, HomeId> at, boolean write)
      throws StartException {
    OpenHomes homes = OpenHomes.of(config, environment);
    try {
      StateStore store =
          switch (config.store()) {
            case Config.Store.Embedded _ -> EmbeddedStore.open(config.server().data());
            case Config.Store.Etcd etcd -> Stores.connect(etcd, environment);
            case Config.Store.Redis redis -> Stores.connect(redis, environment);
            case Config.Store.OpenSearch search -> Stores.connect(search, environment);
            case Config.Store.Consul consul -> Stores.connect(consul, environment);
          };
      try (store) {
        return new Repair(config, homes, store).run(at, write, Ids::instance);
      }
    } catch (StoreException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private StateStore open(Config.Store kind, Map<String, String> environment)
      throws StartException, StoreException {
    StateStore store =
        switch (kind) {
          case Config.Store.Embedded _ -> EmbeddedStore.open(config.data(), storeOptions());
          case Config.Store.Etcd etcd -> Stores.connect(etcd, environment);
          case Config.Store.Redis redis -> Stores.connect(redis, environment);
          case Config.Store.OpenSearch search -> Stores.connect(search, environment);
          case Config.Store.Consul consul -> Stores.connect(consul, environment);
        };
    parts.push(store);
    return store;
  }

  /// Whether no server has ever begun on a store.
  private static boolean isNew(Config config, StateStore store) throws StoreException {
    for (Engine engine : config.engines()) {
      if (store.get(Keys.homes(engine)).isPresent()) {
        return false;
      }
    }
    return true;
  }

  /// A store of other processes may be starting too, or be slow for a moment.
  private static void awaitAnswer(StateStore store, String address)
      throws StoreException, InterruptedException {
    long since = System.nanoTime();
    boolean told = false;
    while (true) {
      try {
        Optional<Entry> _ = store.get(Keys.STORE);
        return;
      } catch (StoreException.Unavailable e) {
        if (System.nanoTime() - since > STORE_WAIT.toNanos()) {
          throw e;
        }
        if (!told) {
          LOG.warn(
              "the store ({}) does not answer; this server waits for it for {} s: {}",
              address,
              STORE_WAIT.toSeconds(),
              e.getMessage());
          told = true;
        }
        Thread.sleep(STORE_RETRY_MILLIS);
      }
    }
  }

  /// Lets gateways come. They must not see a store that has lost the past: one that has seen
  /// nothing yet would serve by it.
  private void serve(
      Config.Store kind,
      StateStore store,
      Map<String, String> environment,
      Optional<SSLContext> tls)
      throws StartException {
    storeAddress = Stores.address(kind, config.store());
    if (store instanceof EmbeddedStore embedded) {
      StoreServer server = serve(embedded, gatewayTokens(environment), tls);
      parts.push(server);
      storeAddress = config.store().host() + ":" + server.address().getPort();
    } else {
      Stores.tellCaveat(store);
    }
  }

  private EmbeddedStore.Options storeOptions() {
    EmbeddedStore.Options standard = EmbeddedStore.Options.defaults();
    return new EmbeddedStore.Options(
        standard.nanoClock(), standard.clock(), config.limits().storeLogBytes());
  }

  private StoreServer serve(EmbeddedStore store, Set<String> tokens, Optional<SSLContext> tls)
      throws StartException {
    try {
      return StoreServer.start(
          store,
          config.store().socket(),
          StoreServer.Options.defaults()
              .withTokens(tokens)
              .withGrants(new GatewayGrants(store))
              .withTls(tls.orElse(null)));
    } catch (IOException e) {
      throw new StartException(
          e.getMessage() + ": stop what uses the port, or set server.store to another", e);
    }
  }

  /// What gateways may show. The API's token is good for them too: so a token of their own can be
  /// brought in one gateway at a time.
  private Set<String> gatewayTokens(Map<String, String> environment) throws StartException {
    try {
      if (config.token().isEmpty() && config.gatewayToken().isEmpty()) {
        return Set.of(TokenFile.in(config.data(), TokenFile.GATEWAYS));
      }
      String shown = config.storeToken(environment).orElseThrow();
      if (config.token().isEmpty() || config.gatewayToken().isEmpty()) {
        return Set.of(shown);
      }
      String api = config.apiToken(environment).orElseThrow();
      if (shown.equals(api)) {
        throw new IllegalArgumentException(
            "server.gatewayToken is the same as server.token, so each gateway could ask the API for anything: give it another value, or leave it out");
      }
      return Set.of(shown, api);
    } catch (IOException | IllegalArgumentException e) {
      throw StartException.misconfigured("the tokens cannot be used: " + e.getMessage(), e);
    }
  }

  private Optional<SSLContext> tls() throws StartException {
    try {
      return config.tls().map(Tls::serving);
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured("server.tls: " + e.getMessage(), e);
    }
  }

  private ControllerOptions options(
      Clocks clocks, Supplier<ControllerOptions.Tuning> tuning, boolean shared) {
    return new ControllerOptions(
        config.name(),
        Ids.controller(config.name()),
        Ids.process(),
        Ids::move,
        tuning,
        ControllerOptions.LEASE,
        shared,
        clocks);
  }

  /// Also on loopback: any page in a browser of this machine could ask otherwise.
  private Optional<String> apiToken(Map<String, String> environment) throws StartException {
    try {
      if (config.token().isEmpty()) {
        String _ = TokenFile.in(config.data(), TokenFile.NAME);
      }
      return config.apiToken(environment);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(
          "cannot make or read the API's token in %s (%s): mend that, or set server.tokenFile"
              .formatted(config.data(), e.getMessage()),
          e);
    }
  }

  /// Signs certificates, by a key that is made at the first start.
  private Signer signer() throws StartException {
    Path file = config.data().resolve(CERTIFICATE_KEY);
    try {
      return Signer.of(config.name(), OwnerFile.readOrMake(file, Signer::newKey));
    } catch (IOException | IllegalArgumentException e) {
      throw new StartException(
          "cannot make or read the key that certificates are signed with, %s (%s): restore it; or delete it, and a new one is made"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private int startApi(
      Controller controller,
      Reconfiguration configuration,
      Optional<String> token,
      Optional<SSLContext> tls,
      Signer signer)
      throws StartException {
    Address at = config.listen();
    Api api =
        new Api(
            controller,
            configuration,
            new ApiOptions(at.host(), at.port(), config.hosts(), token, tls, signer));
    parts.push(api);
    try {
      api.start();
    } catch (RuntimeException e) {
      throw new StartException(
          "the API cannot listen on "
              + config.listen()
              + ": another process uses the port; stop it, or set server.listen to another",
          e);
    }
    return api.port();
  }

  /// Records of configured partitions that are new. What exists is left as it is: only a move
  /// changes it.
  ///
  /// @return where new ones are to be moved
  private Map<PartitionId, HomeId> createPartitions(
      Config config, Controller controller, StateStore store, OpenHomes homes)
      throws StartException, StoreException {
    Map<PartitionId, HomeId> move = new HashMap<>();
    for (Engine engine : config.engines()) {
      PartitionCheck check = new PartitionCheck(engine, config, homes, store, accepted.adopt());
      Map<PartitionId, PartitionCheck.Beginning> begin = check.look();
      check.remember();
      for (Map.Entry<PartitionId, PartitionCheck.Beginning> each : begin.entrySet()) {
        if (controller.create(each.getKey(), each.getValue().at())) {
          LOG.info("'{}' is new, and at home '{}'", each.getKey(), each.getValue().at().home());
          each.getValue().to().ifPresent(to -> move.put(each.getKey(), to));
        }
      }
    }
    tellWithoutFallback(config);
    Set<PartitionId> configured = new HashSet<>();
    config.partitions().forEach(each -> configured.add(each.id()));
    Map<HomeId, List<PartitionId>> served = new HashMap<>();
    for (Entry entry : store.list(Keys.PARTITIONS).entries()) {
      PartitionId id = Keys.partitionOf(entry.key());
      partitions++;
      HomeId at =
          Records.decode(entry.key(), entry.value(), Partition.class).ownership().reads().home();
      served.computeIfAbsent(at, _ -> new ArrayList<>()).add(id);
      if (!configured.contains(id)) {
        LOG.warn(
            "'{}' is not in {}; it is kept, and goes on. 'drover partitions drop {}' drops it",
            id,
            config.file(),
            id);
      }
    }
    PastCheck.remember(homes, served, store);
    return move;
  }

  private static void tellWithoutFallback(Config config) {
    List<String> without =
        config.partitions().stream()
            .filter(each -> each.fallback().isEmpty())
            .map(each -> "'" + each.id() + "'")
            .toList();
    if (!without.isEmpty()) {
      LOG.info(
          "without a fallback, and refused while its home is lost: {}", String.join(", ", without));
    }
  }

  public int apiPort() {
    return apiPort;
  }

  /// For people: one line that says where everything is.
  public String ready() {
    return "drover server '%s' is ready: API %s://%s:%d, store %s, %d partition%s"
        .formatted(
            config.name(),
            config.tls().isPresent() ? "https" : "http",
            config.listen().host(),
            apiPort,
            storeAddress,
            partitions,
            partitions == 1 ? "" : "s");
  }

  /// Applies what the configuration's file says now, and logs what has come of it.
  public void reload() {
    Reconfiguration running = reconfiguration;
    if (running != null) {
      running.reload();
    }
  }

  /// Stops everything, the last first. Moves under way stay as they are, and the next server
  /// resumes them.
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("did not stop cleanly: {}", e.toString());
      }
    }
  }
}
