package dev.drover.store.remote;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.StoreFixture;
import dev.drover.store.testing.Relay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/// A store behind a server, one client through a [Relay], one straight.
final class RemoteFixture implements StoreFixture {
  private final Opening opening;
  private final boolean restarts;
  private StateStore served;
  private StoreServer server;
  private final Relay relay;
  private final RemoteStore first;
  private final RemoteStore second;

  /// Opens the store that is served.
  @FunctionalInterface
  interface Opening {
    StateStore open() throws StoreException;
  }

  RemoteFixture(Opening opening, boolean restarts) throws IOException, StoreException {
    this.opening = opening;
    this.restarts = restarts;
    served = opening.open();
    server = serve(served, 0);
    relay = new Relay(server.address());
    first = RemoteStore.connect(options(relay.port()));
    second = RemoteStore.connect(options(server.address().getPort()));
  }

  static StoreServer serve(StateStore store, int port, String... tokens) throws IOException {
    return StoreServer.start(
        store,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        StoreServer.Options.defaults().withTokens(Set.of(tokens)));
  }

  static RemoteStore.Options options(int port) {
    // Not the default: a test must not depend on the speed of a busy machine.
    return RemoteStore.Options.defaults("127.0.0.1", port).withCallTimeout(Duration.ofSeconds(30));
  }

  @Override
  public StateStore store() {
    return first;
  }

  @Override
  public StateStore secondClient() {
    return second;
  }

  @Override
  public boolean restart() throws Exception {
    if (restarts) {
      int port = server.address().getPort();
      server.close();
      served.close();
      served = opening.open();
      server = serve(served, port);
    }
    return restarts;
  }

  @Override
  public boolean cutConnection() {
    relay.cut();
    return true;
  }

  @Override
  public void close() throws Exception {
    first.close();
    second.close();
    relay.close();
    server.close();
    served.close();
  }
}
