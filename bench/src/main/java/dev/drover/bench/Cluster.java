package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Two nodes of a Redis cluster, the first of which begins with all slots; and names of keys that
/// fill slots evenly.
final class Cluster {
  private static final int TRIES = 1_000;

  private final Servers.Redis one;
  private final Servers.Redis two;

  private Cluster(Servers.Redis one, Servers.Redis two) {
    this.one = one;
    this.two = two;
  }

  static Cluster start(Servers servers) throws IOException, InterruptedException {
    Cluster cluster =
        new Cluster(
            servers.redis("--cluster-enabled", "yes"), servers.redis("--cluster-enabled", "yes"));
    try (RespConnection a = cluster.one.connect();
        RespConnection b = cluster.two.connect()) {
      a.call("CLUSTER", "SET-CONFIG-EPOCH", "1");
      b.call("CLUSTER", "SET-CONFIG-EPOCH", "2");
      a.call("CLUSTER", "ADDSLOTSRANGE", "0", "" + (SlotHash.SLOT_COUNT - 1));
      a.call("CLUSTER", "MEET", "127.0.0.1", "" + cluster.two.port());
      await(a);
      await(b);
    }
    return cluster;
  }

  private static void await(RespConnection node) throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      String info = node.call("CLUSTER", "INFO").text();
      if (info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2")) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new IOException("the cluster did not form");
  }

  Servers.Redis first() {
    return one;
  }

  /// Moves so many of the first node's lowest slots to the second, as an operator would.
  ///
  /// @return how many keys a second
  double reshard(int slots) throws IOException, InterruptedException {
    long before = size(two);
    String from = id(one);
    String to = id(two);
    long begin = System.nanoTime();
    Programs.run(
        List.of(
            "redis-cli",
            "--cluster",
            "reshard",
            one.id(),
            "--cluster-from",
            from,
            "--cluster-to",
            to,
            "--cluster-slots",
            "" + slots,
            "--cluster-yes"));
    double seconds = (System.nanoTime() - begin) / 1e9;
    return (size(two) - before) / seconds;
  }

  private static long size(Servers.Redis node) throws IOException {
    try (RespConnection connection = node.connect()) {
      return connection.call("DBSIZE").number();
    }
  }

  private static String id(Servers.Redis node) throws IOException {
    try (RespConnection connection = node.connect()) {
      return connection.call("CLUSTER", "MYID").text();
    }
  }

  /// For each of the lowest slots a tag that puts a key there.
  static String[] tags(int slots) {
    String[] tags = new String[slots];
    int missing = slots;
    for (int i = 0; missing > 0; i++) {
      String tag = Integer.toString(i, Character.MAX_RADIX);
      int slot = SlotHash.getSlot(tag);
      if (slot < slots && tags[slot] == null) {
        tags[slot] = tag;
        missing--;
      }
    }
    return tags;
  }
}
