package dev.drover.store.etcd;

import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// All watches of a client, and the thread that finds out which of them are served by a member that
/// has gone.
final class EtcdWatches implements AutoCloseable {
  private static final int ROUNDS_PER_SILENCE = 3;

  private final EtcdClient client;
  private final EtcdKeys keys;
  private final Newest newest;
  private final Set<EtcdWatch> open = ConcurrentHashMap.newKeySet();
  private final Thread keeper = Thread.ofVirtual().name("etcd-watch-keeper").unstarted(this::keep);

  /// The newest revision, linearizably.
  @FunctionalInterface
  interface Newest {
    long revision() throws StoreException;
  }

  EtcdWatches(EtcdClient client, EtcdKeys keys, Newest newest) {
    this.client = client;
    this.keys = keys;
    this.newest = newest;
    keeper.start();
  }

  Watch open(String prefix, long afterRevision, WatchListener listener) throws StoreException {
    EtcdWatch watch =
        new EtcdWatch(client, keys, newest, prefix, afterRevision, listener, open::remove);
    open.add(watch);
    if (client.closed()) {
      open.remove(watch);
      throw new StoreException.Unavailable("this store is closed", null);
    }
    watch.start();
    return watch;
  }

  private void keep() {
    long roundMillis = client.options().silenceMax().toMillis() / ROUNDS_PER_SILENCE;
    try {
      while (!client.closed()) {
        TimeUnit.MILLISECONDS.sleep(roundMillis);
        open.forEach(EtcdWatch::probe);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tells all listeners that the store was closed.
  @Override
  public void close() {
    keeper.interrupt();
    for (EtcdWatch watch : List.copyOf(open)) {
      watch.lose(new StoreException.Unavailable("the store was closed", null));
    }
  }
}
