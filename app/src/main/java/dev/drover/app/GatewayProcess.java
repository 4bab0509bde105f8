package dev.drover.app;

import dev.drover.app.config.Config;
import dev.drover.core.Clocks;
import dev.drover.core.HomeId;
import dev.drover.engine.EngineHomes;
import dev.drover.engine.config.Address;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.ClientTls;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.store.CountedStore;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.remote.RemoteStore;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway: what clients connect to.
public final class GatewayProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);
  private static final long HINT_SECONDS = 3;
  private static final long REFUSED_MILLIS = 100;

  /// A home that hangs does not keep a gateway from serving the others.
  private static final Duration OTHERS_MAX = Duration.ofMillis(500);

  private final Config config;
  private final Config.Gateway gateway;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable GatewayReconfiguration reconfiguration;
  private String ready = "";

  private GatewayProcess(Config config, Config.Gateway gateway) {
    this.config = config;
    this.gateway = gateway;
  }

  /// Starts it; returns when clients are served, and waits for the server until then.
  ///
  /// @throws StartException if it cannot; nothing is left running then
  public static GatewayProcess start(
      Config config, Config.Gateway gateway, Map<String, String> environment)
      throws StartException, InterruptedException {
    GatewayProcess process = new GatewayProcess(config, gateway);
    try {
      process.open(environment);
      return process;
    } catch (StartException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private void open(Map<String, String> environment) throws StartException, InterruptedException {
    Optional<SSLContext> tls;
    Optional<Supplier<SslContext>> towardsClients;
    try {
      Optional<String> _ = config.server().storeToken(environment);
      tls = Tls.towards(config.server());
      towardsClients =
          gateway
              .listening()
              .tls()
              .map(with -> new ClientTls(with.certificate(), with.key(), System::nanoTime));
    } catch (IllegalArgumentException e) {
      throw misconfigured(e);
    }
    OpenHomes homes = OpenHomes.of(config, List.of(gateway.engine()), environment);
    String process = Ids.process();
    IdentityLock lock = IdentityLock.take(gateway.data(), gateway.name().value(), process);
    parts.push(lock);
    CountedStore store = new CountedStore(connect(environment, tls));
    parts.push(store);
    int wanted = gateway.capacity().loops();
    int loops = wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
    GatewayOptions identity = agent(process, identity(lock, Map.of()), memory(), loops);
    GatewayServer server =
        new GatewayServer(
            listening(loops, towardsClients),
            identity,
            store,
            front(homes, identity, store, environment));
    parts.push(server);
    startWithHint(
        server,
        Stores.address(config.store(), config.server().store()),
        () -> server.identify(identity(lock, refuseOtherServers(homes, store))));
    HomeWitness witness =
        Witnesses.start(config, gateway.name().value(), true, store, homes, new GiveUp(server));
    parts.push(witness);
    GatewayReconfiguration follows =
        new GatewayReconfiguration(
            config, gateway, lock.instance(), environment, store, homes, server, witness);
    reconfiguration = follows;
    parts.push(ConfigurationWatch.start(store, follows::applied));
    parts.push(WarmUp.start(gateway.data()));
    ready =
        "drover gateway '%s' is ready: %s, %s"
            .formatted(
                gateway.name(), server.address(), gateway.mode().name().toLowerCase(Locale.ROOT));
    if (gateway.health().isPresent()) {
      parts.push(
          HealthEndpoint.start(
              gateway.health().get(),
              gateway.name().value(),
              server,
              store,
              witness,
              follows::problem));
    }
  }

  private StartException misconfigured(IllegalArgumentException e) {
    return StartException.misconfigured("gateway '" + gateway.name() + "': " + e.getMessage(), e);
  }

  private Front front(
      OpenHomes homes, GatewayOptions identity, CountedStore store, Map<String, String> environment)
      throws StartException {
    try {
      return homes
          .of(gateway.engine())
          .front(
              gateway.front(),
              new EngineHomes.Serving(
                  homes.defaultHome(gateway.engine()), identity, store::getAsync, environment));
    } catch (IllegalArgumentException e) {
      throw misconfigured(e);
    }
  }

  private StateStore connect(Map<String, String> environment, Optional<SSLContext> tls)
      throws StartException {
    return switch (config.store()) {
      case Config.Store.Embedded _ -> {
        Address at = config.server().store();
        yield RemoteStore.connect(
            RemoteStore.Options.defaults(at.host(), at.port())
                .withTokenFrom(() -> config.server().storeToken(environment))
                .withTls(tls.orElse(null)));
      }
      case Config.Store.Etcd etcd -> Stores.connect(etcd, environment);
      case Config.Store.Redis redis -> Stores.connect(redis, environment);
      case Config.Store.OpenSearch search -> Stores.connect(search, environment);
      case Config.Store.Consul consul -> Stores.connect(consul, environment);
    };
  }

  /// What has to be so before a gateway joins.
  private interface Condition {
    void await() throws StartException, StoreException, InterruptedException;
  }

  private GatewayIdentity identity(IdentityLock lock, Map<String, String> same) {
    return OpenHomes.identity(config, gateway.engine(), lock.instance(), same)
        .with(Optional.of(new GatewayIdentity.Applied(0, "")));
  }

  /// Beside the server, which knows a home at another server by the same name, this gateway would
  /// acknowledge writes that nobody else sees.
  ///
  /// @return the server's addresses of homes that are seen to be the same
  private Map<String, String> refuseOtherServers(OpenHomes homes, StateStore store)
      throws StartException, InterruptedException {
    boolean told = false;
    while (true) {
      try {
        HomeAddresses.Elsewhere elsewhere =
            new HomeAddresses(homes)
                .elsewhere(
                    gateway.engine(),
                    HomeAddresses.serversAddresses(gateway.engine(), store),
                    Set.of(),
                    OTHERS_MAX);
        if (!elsewhere.others().isEmpty()) {
          throw misconfigured(
              new IllegalArgumentException(String.join("\n  ", elsewhere.others())));
        }
        return elsewhere.same();
      } catch (StoreException e) {
        if (!told && !(e instanceof StoreException.Unavailable)) {
          LOG.warn("the store does not say where the homes are: {}", e.getMessage());
          told = true;
        }
        Thread.sleep(REFUSED_MILLIS);
      }
    }
  }

  private void startWithHint(GatewayServer server, String store, Condition first)
      throws StartException, InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Thread hint = Thread.ofVirtual().name("hint").start(() -> hint(started, server, store));
    try {
      first.await();
      server.start();
    } catch (StoreException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      String refused = server.health().refused();
      throw new StartException(refused.isEmpty() ? String.valueOf(e.getMessage()) : refused, e);
    } finally {
      started.countDown();
      hint.interrupt();
    }
  }

  /// Says after a while what the start waits for, and ends it if waiting is of no use.
  private static void hint(CountDownLatch started, GatewayServer server, String store) {
    try {
      long hintAtNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(HINT_SECONDS);
      boolean hinted = false;
      while (!started.await(REFUSED_MILLIS, TimeUnit.MILLISECONDS)) {
        if (!server.health().refused().isEmpty()) {
          server.close();
          return;
        }
        if (hinted || System.nanoTime() - hintAtNanos < 0) {
          continue;
        }
        hinted = true;
        LOG.warn("clients are not served yet: {}", missing(server, store));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String missing(GatewayServer server, String store) {
    List<String> all = new ArrayList<>();
    if (!server.health().serving()) {
      all.add("it has no leases from the store (" + store + ")");
    }
    server.missing().ifPresent(all::add);
    return all.isEmpty() ? "it still reads the partitions" : String.join(", and ", all);
  }

  private ServerOptions listening(int loops, Optional<Supplier<SslContext>> tls) {
    return new ServerOptions(
        gateway.listen().host(),
        gateway.listen().port(),
        loops,
        gateway.capacity().clients(),
        ServerOptions.DRAIN_MAX,
        GatewayReconfiguration.hold(gateway.capacity().hold()),
        tls);
  }

  private GatewayMemory memory() throws StartException {
    try {
      return GatewayMemory.in(gateway.data(), gateway.engine());
    } catch (IOException | StoreException.Corrupt e) {
      throw new StartException(
          "what gateway '%s' has seen of the store cannot be read (%s). Without it a store that was put back to an older state may not be noticed. If you know that the store is the newest, delete %s"
              .formatted(
                  gateway.name(), e.getMessage(), gateway.data().resolve(GatewayMemory.FILE)),
          e);
    }
  }

  private GatewayOptions agent(
      String process, GatewayIdentity identity, GatewayMemory memory, int loops) {
    return new GatewayOptions(
        gateway.engine(),
        gateway.name(),
        gateway.mode(),
        config.times().leases(),
        new GatewayOptions.Self(gateway.listen().toString(), process, identity),
        memory,
        loops,
        new Clocks(System::nanoTime, System::currentTimeMillis));
  }

  /// Writes to a home that hangs would stay in flight, and a takeover would wait for them.
  private record GiveUp(GatewayServer server) implements HomeWitness.Listener {
    @Override
    public void gone(HomeId home, String why) {
      server.giveUp(home, why);
    }

    @Override
    public void back(HomeId home) {
      server.takeUp(home);
    }
  }

  /// For people: one line that says where it is.
  public String ready() {
    return ready;
  }

  /// Applies what the configuration's file says now, and logs what has come of it.
  public void reload() {
    GatewayReconfiguration running = reconfiguration;
    if (running != null) {
      running.reload();
    }
  }

  /// Stops listening, lets what is in flight end, and gives the leases back.
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
