package dev.drover.bench;

import dev.drover.engine.Ports;
import dev.drover.store.Durability;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.etcd.EtcdOptions;
import dev.drover.store.etcd.EtcdStore;
import dev.drover.store.remote.RemoteStore;
import dev.drover.store.remote.StoreServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

/// What one request costs at each store, and with a thousand leases and watches beside it.
final class StoreLatency {
  private static final int ROUNDS = 1_000;
  private static final int CROWD = 1_000;
  private static final byte[] VALUE = new byte[300];

  private StoreLatency() {}

  static void run(Setup setup, Report report) throws Exception {
    try (Servers servers = new Servers()) {
      embedded(setup, servers.directory().resolve("store"), report);
      etcd(setup, servers.directory().resolve("etcd"), report);
    }
  }

  private static void embedded(Setup setup, Path directory, Report report) throws Exception {
    try (EmbeddedStore store = EmbeddedStore.open(directory);
        StoreServer server =
            StoreServer.start(
                store,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                StoreServer.Options.defaults());
        RemoteStore client =
            RemoteStore.connect(
                RemoteStore.Options.defaults(
                    server.address().getHostString(), server.address().getPort()))) {
      measure("embedded", setup, client, report);
      crowd("embedded", setup, client, store, report);
    }
  }

  private static void etcd(Setup setup, Path directory, Report report) throws Exception {
    int port = Ports.free();
    String address = "http://127.0.0.1:" + port;
    String peer = "http://127.0.0.1:" + Ports.free();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  List.of(
                      "etcd",
                      "--data-dir",
                      directory.toString(),
                      "--listen-client-urls",
                      address,
                      "--advertise-client-urls",
                      address,
                      "--listen-peer-urls",
                      peer,
                      "--initial-advertise-peer-urls",
                      peer,
                      "--initial-cluster",
                      "default=" + peer))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      report.note("No etcd is installed here.");
      return;
    }
    EtcdOptions options =
        EtcdOptions.defaults(List.of(new EtcdOptions.Endpoint("127.0.0.1", port)));
    try (EtcdStore client = EtcdStore.connect(options)) {
      awaitUp(client);
      measure("etcd", setup, client, report);
      crowd("etcd", setup, client, client, report);
    } finally {
      Programs.end(process);
    }
  }

  private static void awaitUp(StateStore store) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      try {
        store.get("up");
        return;
      } catch (StoreException e) {
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  private static void measure(String name, Setup setup, StateStore store, Report report)
      throws StoreException, InterruptedException {
    rounds(setup, store, new Figures());
    Figures figures = new Figures();
    rounds(setup, store, figures);
    figures.tell(name, report);
  }

  private static void crowd(
      String name, Setup setup, StateStore client, StateStore holder, Report report)
      throws StoreException, InterruptedException {
    int crowd = setup.size(CROWD, 10);
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < crowd; i++) {
      LeaseId lease = holder.lease(Duration.ofSeconds(60));
      holder.put("gateways/g" + i + "/short", VALUE, StateStore.ANY, lease, Durability.ORDERED);
      watches.add(holder.watch("others/" + i, 0, new Nothing()));
    }
    measure("%s with %,d leases and watches".formatted(name, crowd), setup, client, report);
    Samples lists = new Samples();
    for (int i = 0; i < setup.size(100, 3); i++) {
      long begin = System.nanoTime();
      client.list("gateways/");
      lists.add((System.nanoTime() - begin) / 1e6);
    }
    both("%s: list of %,d keys".formatted(name, crowd), lists, report);
    watches.forEach(Watch::close);
  }

  private static void rounds(Setup setup, StateStore store, Figures figures)
      throws StoreException, InterruptedException {
    SynchronousQueue<Long> seen = new SynchronousQueue<>();
    long revision = store.list("partitions/").revision();
    try (Watch _ = store.watch("partitions/", revision, new Telling(seen))) {
      for (int i = 0; i < setup.size(ROUNDS, 20); i++) {
        long begin = System.nanoTime();
        store.put("partitions/p", VALUE, StateStore.ANY, null);
        figures.synced.add((System.nanoTime() - begin) / 1e6);
        Long at = seen.poll(5, TimeUnit.SECONDS);
        figures.watch.add(((at == null ? System.nanoTime() : at) - begin) / 1e6);
        begin = System.nanoTime();
        store.put("receipts/p/g", VALUE, StateStore.ANY, null, Durability.ORDERED);
        figures.ordered.add((System.nanoTime() - begin) / 1e6);
        begin = System.nanoTime();
        store.get("partitions/p");
        figures.get.add((System.nanoTime() - begin) / 1e6);
      }
    }
  }

  private static void both(String name, Samples samples, Report report) {
    report.info(name + ", p50", samples.median(), "ms");
    report.info(name + ", p99", samples.percentile(99), "ms");
  }

  private static final class Figures {
    final Samples synced = new Samples();
    final Samples watch = new Samples();
    final Samples ordered = new Samples();
    final Samples get = new Samples();

    void tell(String name, Report report) {
      both(name + ": put", synced, report);
      both(name + ": put, until a watch tells", watch, report);
      both(name + ": put that need not be synced", ordered, report);
      both(name + ": get", get, report);
    }
  }

  private record Telling(SynchronousQueue<Long> seen) implements WatchListener {
    @Override
    public void changed(List<Event> events) {
      try {
        boolean _ = seen.offer(System.nanoTime(), 1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void lost(StoreException why) {}
  }

  private record Nothing() implements WatchListener {
    @Override
    public void changed(List<Event> events) {}

    @Override
    public void lost(StoreException why) {}
  }
}
