package dev.drover.app;

import dev.drover.app.config.Address;
import dev.drover.app.config.Config;
import dev.drover.core.HomeId;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.HomeWitness;
import dev.drover.gateway.net.HoldOptions;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.gateway.RedisGateway;
import dev.drover.redis.gateway.RedisGatewayOptions;
import dev.drover.store.CountedStore;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.remote.RemoteStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway: what Redis clients connect to.
public final class GatewayProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);
  private static final long HINT_SECONDS = 3;
  private static final long REFUSED_MILLIS = 100;

  private final Config config;
  private final Config.Gateway gateway;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
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
    Optional<String> password;
    Optional<SSLContext> tls;
    try {
      Optional<String> _ = config.server().storeToken(environment);
      password = gateway.password().map(secret -> secret.reveal(environment));
      tls = Tls.towards(config.server());
    } catch (IllegalArgumentException e) {
      throw StartException.misconfigured("gateway '" + gateway.name() + "': " + e.getMessage(), e);
    }
    RedisHomes homes = RedisHomes.of(config, environment);
    String process = Ids.process();
    IdentityLock lock = IdentityLock.take(gateway.data(), gateway.name().value(), process);
    parts.push(lock);
    CountedStore store = new CountedStore(connect(environment, tls));
    parts.push(store);
    int loops = gateway.loops() == 0 ? Runtime.getRuntime().availableProcessors() : gateway.loops();
    RedisGateway redis =
        new RedisGateway(
            listening(loops),
            options(password),
            agent(process, homes.identity(lock.instance()), memory(), loops),
            store,
            store::getAsync,
            homes.byName());
    parts.push(redis);
    startWithHint(redis, Stores.address(config.store(), config.server().store()));
    HomeWitness witness =
        Witnesses.start(config, gateway.name().value(), true, store, homes, new GiveUp(redis));
    parts.push(witness);
    parts.push(WarmUp.start(gateway.data()));
    ready =
        "drover gateway '%s' is ready: redis://%s:%d, %s"
            .formatted(
                gateway.name(),
                gateway.listen().host(),
                redis.port(),
                gateway.mode().name().toLowerCase(java.util.Locale.ROOT));
    if (gateway.health().isPresent()) {
      parts.push(
          HealthEndpoint.start(
              gateway.health().get(), gateway.name().value(), redis, store, witness));
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
    };
  }

  private void startWithHint(RedisGateway redis, String store)
      throws StartException, InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Thread hint = Thread.ofVirtual().name("hint").start(() -> hint(started, redis, store));
    try {
      redis.start();
    } catch (IOException e) {
      String refused = redis.health().refused();
      throw new StartException(refused.isEmpty() ? String.valueOf(e.getMessage()) : refused, e);
    } finally {
      started.countDown();
      hint.interrupt();
    }
  }

  /// Says after a while what the start waits for, and ends it if waiting is of no use.
  private static void hint(CountDownLatch started, RedisGateway redis, String store) {
    try {
      long hintAtNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(HINT_SECONDS);
      boolean hinted = false;
      while (!started.await(REFUSED_MILLIS, TimeUnit.MILLISECONDS)) {
        if (!redis.health().refused().isEmpty()) {
          redis.close();
          return;
        }
        if (hinted || System.nanoTime() - hintAtNanos < 0) {
          continue;
        }
        hinted = true;
        LOG.warn("clients are not served yet: {}", missing(redis, store));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String missing(RedisGateway redis, String store) {
    List<String> all = new ArrayList<>();
    if (!redis.health().serving()) {
      all.add("it has no leases from the store (" + store + ")");
    }
    if (!redis.homeSeen()) {
      all.add("no home has answered yet");
    }
    return all.isEmpty() ? "it still reads the partitions" : String.join(", and ", all);
  }

  private ServerOptions listening(int loops) {
    return new ServerOptions(
        gateway.listen().host(),
        gateway.listen().port(),
        loops,
        gateway.clients(),
        ServerOptions.DRAIN_MAX,
        new HoldOptions(gateway.hold().time(), gateway.hold().bytes(), gateway.hold().requests()),
        Optional.empty());
  }

  private RedisGatewayOptions options(Optional<String> password) {
    return new RedisGatewayOptions(
        config.defaultHome(),
        password,
        gateway.serving().homeTimeout(),
        new RedisGatewayOptions.Scripts(
            RedisGatewayOptions.Scripts.Mode.valueOf(gateway.serving().scripts().name()),
            gateway.serving().scriptTimeout()),
        gateway.serving().writeCommands());
  }

  private GatewayMemory memory() throws StartException {
    try {
      return GatewayMemory.in(gateway.data(), RedisEngine.NAME);
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
        RedisEngine.NAME,
        gateway.name(),
        gateway.mode(),
        config.leases(),
        gateway.listen().toString(),
        process,
        identity,
        memory,
        loops,
        System::nanoTime,
        System::currentTimeMillis);
  }

  /// Writes to a home that hangs would stay in flight, and a takeover would wait for them.
  private record GiveUp(RedisGateway redis) implements HomeWitness.Listener {
    @Override
    public void gone(HomeId home, String why) {
      redis.giveUp(home, why);
    }

    @Override
    public void back(HomeId home) {
      redis.takeUp(home);
    }
  }

  /// For people: one line that says where it is.
  public String ready() {
    return ready;
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
