package dev.drover.store.consul;

import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.log.HttpNodes.Host;
import dev.drover.store.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// A double of Consul, one client through a relay, one straight.
final class ConsulFixture implements StoreFixture {
  static final int HISTORY_EVENTS = 300;

  private final ConsulDouble consul = new ConsulDouble();
  private final Relay relay;
  private final StateStore first;
  private final StateStore second;

  ConsulFixture() throws Exception {
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), consul.port()));
    first = ConsulStore.connect(patient(relay.port()));
    second = ConsulStore.connect(patient(consul.port()));
  }

  static ConsulStoreOptions patient(int port) {
    return ConsulStoreOptions.defaults(List.of(new Host("127.0.0.1", port)))
        .withTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(5))
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
    consul.restart();
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
    consul.close();
  }
}
