package dev.drover.app;

import dev.drover.control.Rehearsal;
import dev.drover.core.Clocks;
import dev.drover.core.GatewayId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.gateway.GatewayAgent;
import dev.drover.gateway.GatewayMemory;
import dev.drover.gateway.GatewayOptions;
import dev.drover.store.StoreException;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.grants.GatewayGrants;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.remote.RemoteStore;
import dev.drover.store.remote.StoreServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rehearses moves inside a process that has just started: a driver, a store in a directory of its
/// own, a gateway that reaches it over loopback, and nothing to move.
///
/// A process runs through a hold a few times a day, so the JVM would interpret that path for ever,
/// and writers would wait two to four times as long as they need to.
final class WarmUp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int MOVES = 400;

  /// The first seconds belong to those who wait for the start, and to moves that are resumed.
  private static final Duration AFTER = Duration.ofSeconds(3);

  /// On a quiet machine all moves take less than five seconds. On a busy one they take longer, and
  /// fewer of them would leave the path interpreted just where CPUs are short.
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Duration JOIN_OR_CLOSE_MAX = Duration.ofSeconds(5);
  private static final GatewayId GATEWAY = new GatewayId("rehearsal");

  private final Path directory;
  private final String token = Ids.process();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);

  private WarmUp(Path directory) {
    this.directory = directory;
    this.thread = Thread.ofPlatform().daemon().name("warm-up").unstarted(this::run);
  }

  /// Begins, beside everything else.
  ///
  /// @param data of the process; what is rehearsed is kept in a directory below it, for as long as
  ///   it takes
  static WarmUp start(Path data) {
    WarmUp warmUp = new WarmUp(data.resolve("rehearsal"));
    warmUp.thread.start();
    return warmUp;
  }

  private void run() {
    try {
      delete();
      if (!closing.await(AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        rehearse();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | StoreException | RuntimeException e) {
      if (!closed()) {
        LOG.warn("the warm-up ended early, so the first moves may take longer: {}", e.toString());
      }
    } finally {
      deleteQuietly();
    }
  }

  private void rehearse() throws IOException, StoreException, InterruptedException {
    long begun = System.nanoTime();
    Clocks clocks = new Clocks(System::nanoTime, System::currentTimeMillis);
    CountDownLatch joined = new CountDownLatch(1);
    try (EmbeddedStore store = EmbeddedStore.open(directory);
        StoreServer server =
            StoreServer.start(
                store,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                StoreServer.Options.defaults()
                    .withTokens(Set.of(token))
                    .withGrants(new GatewayGrants(store)));
        RemoteStore remote =
            RemoteStore.connect(
                RemoteStore.Options.defaults(
                        server.address().getHostString(), server.address().getPort())
                    .withToken(token));
        GatewayAgent gateway =
            new GatewayAgent(gateway(), remote, RouteListener.withoutData(joined::countDown))) {
      Rehearsal rehearsal = new Rehearsal(store, clocks);
      rehearsal.prepare();
      gateway.start();
      if (!joined.await(JOIN_OR_CLOSE_MAX.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the rehearsed gateway did not join");
      }
      int moves = 0;
      while (moves < MOVES && !closed() && System.nanoTime() - begun < LONGEST.toNanos()) {
        rehearsal.move(moves);
        moves++;
      }
      LOG.debug("{} moves rehearsed in {} ms", moves, (System.nanoTime() - begun) / 1_000_000);
    }
  }

  private static GatewayOptions gateway() {
    return new GatewayOptions(
        Rehearsal.ENGINE,
        GATEWAY,
        GatewayMode.LEASED,
        LeaseOptions.DEFAULT,
        new GatewayOptions.Self("", "", GatewayIdentity.of("rehearsal", Rehearsal.HOMES)),
        GatewayMemory.none(Rehearsal.ENGINE),
        1,
        new Clocks(System::nanoTime, System::currentTimeMillis));
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  private void delete() throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    }
  }

  private void deleteQuietly() {
    try {
      delete();
    } catch (IOException e) {
      LOG.warn("{} could not be removed, and is not needed: {}", directory, e.toString());
    }
  }

  /// Ends it, and waits until nothing of it is left.
  @Override
  public void close() {
    closing.countDown();
    try {
      // Not interrupted: that would close the store's file under a commit.
      thread.join(JOIN_OR_CLOSE_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
