package dev.drover.store.redis;

import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.redis.testing.RedisServerProcess.Version;
import dev.drover.store.StateStore;
import dev.drover.store.StoreFixture;
import dev.drover.store.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// A Redis server that syncs every write, one client through a relay, one straight.
final class RedisFixture implements StoreFixture {
  static final int HISTORY_EVENTS = 1_000;

  private final RedisServerProcess redis;
  private final Relay relay;
  private final RedisStore first;
  private final RedisStore second;

  RedisFixture() throws Exception {
    redis = RedisServerProcess.start(version(), "--appendonly", "yes", "--appendfsync", "always");
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), redis.port()));
    first = RedisStore.connect(patient(relay.port()));
    second = RedisStore.connect(patient(redis.port()));
  }

  static Version version() {
    return RedisServerProcess.available(Version.INSTALLED) ? Version.INSTALLED : Version.V6_2;
  }

  /// Not the defaults: a test must not depend on the speed of a busy machine.
  static RedisStoreOptions patient(int port) {
    return RedisStoreOptions.defaults("127.0.0.1", port)
        .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(2))
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
  public boolean restart() {
    return kill();
  }

  @Override
  public boolean kill() {
    redis.kill();
    redis.restart();
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
    redis.close();
  }
}
