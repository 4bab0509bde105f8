package dev.drover.store.etcd;

import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.etcd.testing.EtcdCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An etcd with one member, one client through a relay, one straight.
final class EtcdFixture implements StoreFixture {
  private final EtcdCluster etcd;
  private final EtcdStore first;
  private final EtcdStore second;

  EtcdFixture(Path directory) throws Exception {
    etcd = EtcdCluster.start(directory, 1);
    first = EtcdStore.connect(patient(etcd.endpoints()));
    second = EtcdStore.connect(patient(List.of(etcd.straight(0))));
  }

  /// Not the defaults: a test must not depend on the speed of a busy machine.
  static EtcdOptions patient(List<EtcdOptions.Endpoint> endpoints) {
    return EtcdOptions.defaults(endpoints)
        .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(2), Duration.ofSeconds(3));
  }

  EtcdCluster etcd() {
    return etcd;
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
    etcd.close();
  }
}
