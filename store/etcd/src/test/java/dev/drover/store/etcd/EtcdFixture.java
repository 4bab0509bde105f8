package dev.drover.store.etcd;

import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.etcd.testing.EtcdCluster;
import java.time.Duration;
import java.util.List;

/// A part of its own in an etcd with one member, one client through a relay, one straight.
final class EtcdFixture implements StoreFixture {
  private final EtcdCluster etcd;
  private final EtcdStore first;
  private final EtcdStore second;

  /// @param etcd which stays when this is closed
  /// @param prefix of all its keys there
  EtcdFixture(EtcdCluster etcd, String prefix) throws Exception {
    this.etcd = etcd;
    first = EtcdStore.connect(patient(etcd.endpoints()).withPrefix(prefix));
    second = EtcdStore.connect(patient(List.of(etcd.straight(0))).withPrefix(prefix));
  }

  /// Not the defaults: a test must not depend on the speed of a busy machine.
  static EtcdOptions patient(List<EtcdOptions.Endpoint> endpoints) {
    return EtcdOptions.defaults(endpoints)
        .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(3));
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
    etcd.stop(0);
    etcd.restart(0);
    return true;
  }

  @Override
  public boolean kill() throws Exception {
    etcd.kill(0);
    etcd.restart(0);
    return true;
  }

  @Override
  public boolean cutConnection() {
    etcd.cutClients(0);
    return true;
  }

  @Override
  public void close() throws Exception {
    first.close();
    second.close();
  }
}
