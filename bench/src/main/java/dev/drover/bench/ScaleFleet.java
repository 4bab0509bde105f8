package dev.drover.bench;

import dev.drover.control.ControlException;
import dev.drover.control.Controller;
import dev.drover.control.ControllerOptions;
import dev.drover.control.Homes;
import dev.drover.control.MoveBody;
import dev.drover.control.MoveSummary;
import dev.drover.control.NothingMover;
import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.mover.HomeLook;
import dev.drover.gateway.GatewayAgent;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.store.remote.RemoteStore;
import dev.drover.store.remote.StoreServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A controller on an embedded store, and any number of gateways that reach it over loopback, all
/// in this process: Drover's own code but for homes and clients, of which there are none.
final class ScaleFleet implements AutoCloseable {
  private static final long WAIT_SECONDS_MAX = 120;
  private static final long BUDGET_MILLIS = 60_000;
  private static final ControllerOptions.Tuning TUNING =
      new ControllerOptions.Tuning(
          10_000,
          ControllerOptions.ABORT_TIMEOUT,
          Map.of(),
          ControllerOptions.MoveDefaults.DEFAULT);

  private final EmbeddedStore store;
  private final StoreServer server;
  private final List<GatewayAgent> gateways = new ArrayList<>();
  private final List<RemoteStore> links = new ArrayList<>();
  private final AtomicLong moveIds = new AtomicLong();
  private static final Engine ENGINE = new Engine("bench");

  private final Controller controller;
  private final double controllerSeconds;
  private volatile CountDownLatch begun = new CountDownLatch(0);
  private boolean there;

  /// Opens the store in a directory, fills it, and starts a controller.
  ScaleFleet(Path directory, int partitions)
      throws StoreException, IOException, InterruptedException {
    store = EmbeddedStore.open(directory);
    for (int i = 0; i < partitions; i++) {
      PartitionId id = partition(i);
      Placement home = new Placement(new HomeId("a"), id.name());
      Partition each = Partition.at(id, home, Hlc.ZERO);
      store.put(Keys.partition(id), Records.encode(each), StateStore.ANY, null, Durability.ORDERED);
    }
    server =
        StoreServer.start(
            store,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            StoreServer.Options.defaults());
    controller =
        new Controller(
            options(), store, Map.of(ENGINE, new NothingMover(ENGINE, this::copy)), new TwoHomes());
    long begin = System.nanoTime();
    controller.start();
    controllerSeconds = (System.nanoTime() - begin) / 1e9;
  }

  /// Each copy ends only when all of those have begun that are to run at once.
  private void copy() throws InterruptedException {
    CountDownLatch all = begun;
    all.countDown();
    all.await();
  }

  private ControllerOptions options() {
    return new ControllerOptions(
        "scale",
        new ControllerId("scale.1"),
        "bench",
        () -> new MoveId("m" + moveIds.incrementAndGet()),
        () -> TUNING,
        ControllerOptions.LEASE,
        false,
        new Clocks(System::nanoTime, System::currentTimeMillis));
  }

  static PartitionId partition(int number) {
    return new PartitionId(ENGINE, "tenant-%07d:".formatted(number));
  }

  EmbeddedStore store() {
    return store;
  }

  Controller controller() {
    return controller;
  }

  /// How long the controller took to read all records.
  double controllerSeconds() {
    return controllerSeconds;
  }

  /// A connection of its own to the store.
  RemoteStore connect() {
    RemoteStore link =
        RemoteStore.connect(
            RemoteStore.Options.defaults(
                server.address().getHostString(), server.address().getPort()));
    links.add(link);
    return link;
  }

  /// Brings the number of gateways up to `count`.
  ///
  /// @return how long it took until all of the new ones served, in seconds
  double gateways(int count) throws IOException, InterruptedException {
    int more = count - gateways.size();
    CountDownLatch joined = new CountDownLatch(more);
    long begin = System.nanoTime();
    for (int i = 0; i < more; i++) {
      GatewayOptions options =
          new GatewayOptions(
              ENGINE,
              new GatewayId("g" + gateways.size()),
              GatewayMode.LEASED,
              LeaseOptions.DEFAULT,
              new GatewayOptions.Self(
                  "",
                  "",
                  GatewayIdentity.of(
                      "g" + gateways.size(),
                      new TwoHomes().all().stream().map(Homes.Home::id).toList())),
              GatewayMemory.none(ENGINE),
              1,
              new Clocks(System::nanoTime, System::currentTimeMillis));
      GatewayAgent gateway =
          new GatewayAgent(options, connect(), RouteListener.withoutData(joined::countDown));
      gateways.add(gateway);
      gateway.start();
    }
    if (!joined.await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IOException(
          "%d of %d gateways did not join within %d s"
              .formatted(joined.getCount(), more, WAIT_SECONDS_MAX));
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /// What so many moves at once have shown.
  ///
  /// @param holds each move's hold as its driver saw it, in ms
  /// @param seconds from the first request to the last end
  /// @param again cutovers that were given up
  record Moved(Samples holds, double seconds, long again) {
    Moved and(Moved more) {
      return new Moved(holds.and(more.holds), seconds + more.seconds, again + more.again);
    }
  }

  /// Moves so many partitions to the other home, all of them at once.
  Moved move(int count) throws StoreException, ControlException, IOException, InterruptedException {
    there = !there;
    begun = new CountDownLatch(count);
    long first = moveIds.get() + 1;
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      controller.submit(
          MoveBody.of(partition(i).name(), there ? "b" : "a").withBudgetMillis(BUDGET_MILLIS));
    }
    List<MoveSummary> ended = new ArrayList<>();
    long endNanos = begin + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
    while (ended.size() < count) {
      if (System.nanoTime() > endNanos) {
        throw new IOException(
            "%d of %d moves ended within %d s".formatted(ended.size(), count, WAIT_SECONDS_MAX));
      }
      // One key at a time: to look must cost next to nothing.
      String key = "history/m" + (first + ended.size());
      Optional<Entry> entry = store.get(key);
      if (entry.isPresent()) {
        ended.add(Records.decode(key, entry.get().value(), MoveSummary.class));
      } else {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    Samples holds = new Samples();
    long again = 0;
    for (MoveSummary summary : ended) {
      if (summary.outcome() != MoveSummary.Result.COMPLETED) {
        throw new IOException("a move failed: " + summary);
      }
      holds.add(summary.writesHeldNanos() / 1e6);
      again += summary.attempts() - 1;
    }
    return new Moved(holds, (System.nanoTime() - begin) / 1e9, again);
  }

  @Override
  public void close() {
    gateways.forEach(GatewayAgent::close);
    links.forEach(RemoteStore::close);
    controller.close();
    server.close();
    store.close();
  }

  private record TwoHomes() implements Homes {
    @Override
    public List<Home> all() {
      return List.of(new Home(new HomeId("a"), ENGINE, ""), new Home(new HomeId("b"), ENGINE, ""));
    }

    @Override
    public HomeLook look(HomeId id) {
      return new HomeLook(true, "", "", -1, -1);
    }
  }
}
