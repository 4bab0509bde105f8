package dev.drover.store.opensearch;

import dev.drover.opensearch.server.TestCluster;
import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// An index of its own on a node that others share, one client through a relay, one straight.
final class OpenSearchFixture implements StoreFixture {
  static final int HISTORY_EVENTS = 150;

  private final TestCluster node;
  private final Relay relay;
  private final StateStore first;
  private final StateStore second;

  OpenSearchFixture(TestCluster node, String index) throws Exception {
    this.node = node;
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
    first = OpenSearchStore.connect(patient(relay.port(), index));
    second = OpenSearchStore.connect(patient(node.port(), index));
  }

  static OpenSearchStoreOptions at(int port, String index) {
    return OpenSearchStoreOptions.defaults(List.of(new Host("127.0.0.1", port)))
        .withIndex(index, 1);
  }

  /// Not the defaults: a test must not depend on the speed of a busy machine.
  static OpenSearchStoreOptions patient(int port, String index) {
    return at(port, index)
        .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(5))
        .withHistory(HISTORY_EVENTS);
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
    return kill();
  }

  @Override
  public boolean kill() throws Exception {
    node.kill();
    node.restart();
    return true;
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
  }
}
