package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// How fast a scope is copied.
final class CopyBench implements Bench {
  private static final String PREFIX = "app:";
  private static final int KEYS = 1_000_000;
  private static final int KEYS_IN_SLOT = 1_000;
  private static final int ROUNDS = 3;
  private static final double OF_RESHARD_MIN = 6;
  private static final double OF_SYNC_MIN = 0.5;
  private static final String SYNC_DELAY = "repl-diskless-sync-delay";
  private static final int SYNC_DELAY_SECONDS = 5;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String about() {
    return "The keys of one scope, 100 random bytes each, from one Redis to another: by Drover's mover (prepare and copy, with"
        + " capture on, in a fresh JVM of 256 MB), by `redis-cli --cluster reshard` between two cluster nodes, and by a"
        + " full replica sync (`REPLICAOF` until `master_link_status:up`), which copies whole databases without looking"
        + " at keys.";
  }

  @Override
  public void run(Setup setup, Report report) throws Exception {
    int keys = setup.size(KEYS, 50_000);
    int rounds = setup.size(ROUNDS, 1);
    int slots = setup.size(100, 10);
    String[] tags = Cluster.tags(keys / KEYS_IN_SLOT);
    Keys.Namer namer = i -> PREFIX + "{" + tags[i / KEYS_IN_SLOT] + "}:" + i;
    Samples drover = new Samples();
    Samples reshard = new Samples();
    Samples sync = new Samples();
    Samples hurried = new Samples();
    try (Servers servers = new Servers()) {
      Servers.Redis source = servers.redis();
      Cluster cluster = Cluster.start(servers);
      fill(source, keys, namer);
      fill(cluster.first(), keys, namer);
      for (int i = 0; i < rounds; i++) {
        drover.add(keys / drover(servers, source, keys));
        reshard.add(cluster.reshard(slots));
        sync.add(keys / sync(servers, source, SYNC_DELAY_SECONDS));
        hurried.add(keys / sync(servers, source, 0));
      }
    }
    double median = drover.median();
    report.info("Drover", median, "keys/s");
    report.info("redis-cli --cluster reshard", reshard.median(), "keys/s");
    report.info("full replica sync", sync.median(), "keys/s");
    report.info("full replica sync that waits for nothing", hurried.median(), "keys/s");
    report.atLeast("Drover to reshard", median / reshard.median(), "×", OF_RESHARD_MIN);
    report.info("Drover to the sync", median / sync.median(), "×");
    report.atLeast(
        "Drover to the sync that waits for nothing", median / hurried.median(), "×", OF_SYNC_MIN);
    report.info("Drover, mixed types", mixed(setup.size(200_000, 20_000)), "keys/s");
    report.note(
        "Medians of %d rounds, taken in turn; %,d keys; a fresh target in each."
            .formatted(rounds, keys));
    report.note(
        ("reshard moves %,d of the same keys a round: %d full slots of %,d keys, with its default"
                + " pipeline. Fuller slots than usual suit it.")
            .formatted(slots * KEYS_IN_SLOT, slots, KEYS_IN_SLOT));
    report.note(
        "A sync waits "
            + SYNC_DELAY_SECONDS
            + " s for further replicas before it begins (`"
            + SYNC_DELAY
            + "`, its default); without that wait it is a fork that writes its memory to a socket.");
    report.note("Mixed: strings, hashes, lists, sets and sorted sets, eight elements each.");
  }

  private static void fill(Servers.Redis redis, int keys, Keys.Namer namer) throws IOException {
    try (RespConnection connection = redis.connect()) {
      Keys.strings(connection, keys, namer);
    }
  }

  private static double drover(Servers servers, Servers.Redis source, int keys) throws Exception {
    Servers.Redis target = servers.redis();
    double seconds = CopyRun.seconds(source, target, PREFIX);
    try (RespConnection connection = target.connect()) {
      long arrived = connection.call("DBSIZE").number();
      if (arrived < keys) {
        throw new IOException("only " + arrived + " of " + keys + " keys arrived");
      }
    }
    target.stop();
    return seconds;
  }

  private static double sync(Servers servers, Servers.Redis source, int delaySeconds)
      throws IOException, InterruptedException {
    Servers.Redis replica = servers.redis();
    try (RespConnection master = source.connect();
        RespConnection connection = replica.connect()) {
      master.call("CONFIG", "SET", SYNC_DELAY, "" + delaySeconds);
      long keys = master.call("DBSIZE").number();
      long begin = System.nanoTime();
      connection.call("REPLICAOF", "127.0.0.1", "" + source.port());
      while (!connection.call("INFO", "replication").text().contains("master_link_status:up")) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      if (connection.call("DBSIZE").number() < keys) {
        throw new IOException("the replica is up without all keys");
      }
      return seconds;
    } finally {
      replica.stop();
    }
  }

  private static double mixed(int keys) throws Exception {
    try (Servers servers = new Servers()) {
      Servers.Redis source = servers.redis();
      try (RespConnection connection = source.connect()) {
        Keys.mixed(connection, keys, i -> PREFIX + i);
      }
      return keys / drover(servers, source, keys);
    }
  }
}
