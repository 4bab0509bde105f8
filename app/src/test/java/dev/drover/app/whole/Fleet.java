package dev.drover.app.whole;

import dev.drover.control.Certificates;
import dev.drover.control.Controller;
import dev.drover.control.ControllerOptions;
import dev.drover.control.Homes;
import dev.drover.control.MoveBody;
import dev.drover.control.MoveStatus;
import dev.drover.control.MoveSummary;
import dev.drover.control.Views;
import dev.drover.control.certificate.CertificateChecks;
import dev.drover.control.certificate.SignedCertificate;
import dev.drover.control.certificate.Signer;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.mover.HomeLook;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.net.GatewayServer;
import dev.drover.gateway.net.ServerOptions;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.gateway.RedisGatewayOptions;
import dev.drover.redis.gateway.RespFront;
import dev.drover.redis.move.RedisHome;
import dev.drover.redis.move.RedisMover;
import dev.drover.redis.move.RedisMoverOptions;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.store.CountedStore;
import dev.drover.store.Entry;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.grants.GatewayGrants;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.GatewayRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.records.KnownHome;
import dev.drover.store.records.Records;
import dev.drover.store.remote.RemoteStore;
import dev.drover.store.remote.StoreServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A server, gateways and homes, wired as the processes wire them.
final class Fleet implements AutoCloseable {
  static final PartitionId SCOPE = RedisEngine.scope("app:");
  static final Signer SIGNER = Signer.of("test", Signer.newKey());

  private final EmbeddedStore store;
  private final StoreServer storeServer;
  private final Map<HomeId, RedisHome> homes = new LinkedHashMap<>();
  private final List<GatewayServer> gateways = new ArrayList<>();
  private final List<RemoteStore> remotes = new ArrayList<>();
  private final List<CountedStore> gatewayStores = new ArrayList<>();
  private final AtomicInteger moves = new AtomicInteger();
  private Controller controller;

  Fleet(Path data, RedisServerProcess a, RedisServerProcess b) throws Exception {
    homes.put(new HomeId("a"), RedisHome.plain(new HomeId("a"), "127.0.0.1", a.port()));
    homes.put(new HomeId("b"), RedisHome.plain(new HomeId("b"), "127.0.0.1", b.port()));
    store = EmbeddedStore.open(data);
    storeServer =
        StoreServer.start(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            StoreServer.Options.defaults().withGrants(new GatewayGrants(store)));
    controller = newController(0);
    controller.start();
    controller.create(SCOPE, new Placement(new HomeId("a"), SCOPE.name()));
  }

  /// A move's certificate, as the server signs it now.
  SignedCertificate certificate(MoveId move) throws Exception {
    return SignedCertificate.read(new Certificates(controller, SIGNER).signed(move));
  }

  /// What of a move's certificate does not hold.
  List<String> failing(MoveId move) throws Exception {
    return CertificateChecks.of(certificate(move), List.of(SIGNER.publicKey())).stream()
        .filter(check -> !check.holds())
        .map(CertificateChecks.Check::what)
        .toList();
  }

  private Controller newController(int run) {
    Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    ControllerOptions options =
        new ControllerOptions(
            "test",
            new ControllerId("test." + run),
            "test",
            () -> new MoveId("m" + moves.incrementAndGet()),
            () -> ControllerOptions.Tuning.DEFAULT,
            ControllerOptions.LEASE,
            false,
            clocks);
    RedisMover mover =
        new RedisMover(
            id -> Optional.ofNullable(homes.get(id)), RedisMoverOptions.DEFAULT, System::nanoTime);
    return new Controller(options, store, Map.of(RedisEngine.NAME, mover), new KnownHomes());
  }

  GatewayServer gateway(String name, GatewayMode mode) throws Exception {
    return gateway(name, mode, homes);
  }

  /// One whose configuration names only home a.
  GatewayServer gatewayThatKnowsOnlyA(String name) throws Exception {
    HomeId a = new HomeId("a");
    return gateway(name, GatewayMode.LEASED, Map.of(a, homes.get(a)));
  }

  private GatewayServer gateway(String name, GatewayMode mode, Map<HomeId, RedisHome> homes)
      throws Exception {
    InetSocketAddress at = storeServer.address();
    RemoteStore remote =
        RemoteStore.connect(RemoteStore.Options.defaults(at.getHostString(), at.getPort()));
    remotes.add(remote);
    CountedStore counted = new CountedStore(remote);
    gatewayStores.add(counted);
    GatewayOptions identity =
        new GatewayOptions(
            RedisEngine.NAME,
            new GatewayId(name),
            mode,
            LeaseOptions.DEFAULT,
            new GatewayOptions.Self("127.0.0.1", "test", identity(name, homes)),
            GatewayMemory.none(RedisEngine.NAME),
            1,
            new Clocks(System::nanoTime, System::currentTimeMillis));
    GatewayServer gateway =
        new GatewayServer(
            ServerOptions.onLoopback(1),
            identity,
            counted,
            new RespFront(
                RedisGatewayOptions.usual(new HomeId("a")),
                identity,
                counted::getAsync,
                () -> homes));
    gateways.add(gateway);
    gateway.start();
    return gateway;
  }

  private static GatewayIdentity identity(String name, Map<HomeId, RedisHome> homes) {
    return new GatewayIdentity(
        name,
        0,
        homes.values().stream()
            .map(home -> KnownHome.at(home.id(), home.host() + ":" + home.port()))
            .toList(),
        "");
  }

  /// What each gateway asks of the store, in the order in which they were started.
  List<CountedStore> gatewayStores() {
    return gatewayStores;
  }

  /// Waits until nobody drives the scope: then all of a move has been written.
  void awaitReleased() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (store.get(Keys.driver(SCOPE)).isPresent()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("the scope is still driven");
      }
      Thread.sleep(10);
    }
  }

  /// Moves the scope and waits for the end of the move.
  MoveSummary move(String to) throws Exception {
    MoveId id = begin(to);
    return await(id);
  }

  /// As [#begin], with so many keys copied in a second.
  MoveId beginSlowly(String to, long itemsPerSecond) throws Exception {
    return controller.submit(
        new MoveBody(
            SCOPE.name(),
            to,
            null,
            null,
            new MoveBody.Rates(itemsPerSecond, null),
            null,
            null,
            null));
  }

  MoveId begin(String to) throws Exception {
    return controller.submit(MoveBody.of(SCOPE.name(), to));
  }

  /// As [#begin], with so much time for its hold that it needs one attempt only.
  MoveId beginPatiently(String to) throws Exception {
    return controller.submit(MoveBody.of(SCOPE.name(), to).withBudgetMillis(20_000));
  }

  MoveSummary await(MoveId id) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < end) {
      Optional<Entry> ended = store.get("history/" + id);
      if (ended.isPresent()) {
        return Records.decode(ended.get().key(), ended.get().value(), MoveSummary.class);
      }
      Thread.sleep(20);
    }
    List<MoveStatus> status = new Views(controller).status().moves();
    throw new AssertionError("the move has not ended: " + status);
  }

  Partition record() throws Exception {
    String key = Keys.partition(SCOPE);
    return Records.decode(key, store.get(key).orElseThrow().value(), Partition.class);
  }

  /// The short lease under which a gateway is registered now.
  Optional<Long> lease(GatewayId gateway) throws Exception {
    String key = Keys.gateway(gateway, LeaseKind.SHORT);
    Optional<Entry> entry = store.get(key);
    return entry.isEmpty()
        ? Optional.empty()
        : Optional.of(Records.decode(key, entry.get().value(), GatewayRecord.class).lease());
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain for " + what);
      }
      Thread.sleep(10);
    }
  }

  Controller controller() {
    return controller;
  }

  /// Stops the controller as a crash would, and starts another.
  void restartController() throws Exception {
    controller.close();
    controller = newController(moves.get() + 1);
    controller.start();
  }

  @Override
  public void close() {
    gateways.forEach(GatewayServer::close);
    controller.close();
    remotes.forEach(RemoteStore::close);
    storeServer.close();
    store.close();
  }

  private final class KnownHomes implements Homes {
    @Override
    public List<Home> all() {
      return homes.values().stream()
          .map(h -> new Home(h.id(), RedisEngine.NAME, h.host() + ":" + h.port()))
          .toList();
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "", "", -1, -1);
    }
  }
}
