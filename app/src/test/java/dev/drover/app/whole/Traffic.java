package dev.drover.app.whole;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/// Writers that each own keys and count up in them, readers that check that no key goes back:
/// through two gateways.
public final class Traffic implements AutoCloseable {
  private static final int WRITERS = 4;
  private static final int KEYS = 50;
  private static final int BEGIN_SECONDS_MAX = 60;

  /// Where writers count from one. Who has had traffic before removes them first: larger numbers of
  /// the past would hide a loss.
  public static final List<String> KEYS_OF_WRITERS =
      IntStream.range(0, WRITERS * KEYS).mapToObj(key -> "app:seq:" + key).toList();

  private final RedisClient client = RedisClient.create();
  private final int[] ports;
  private final AtomicLongArray acknowledged = new AtomicLongArray(WRITERS * KEYS);
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
  private final CountDownLatch begun = new CountDownLatch(WRITERS);
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong longestNanos = new AtomicLong();

  /// What came of it.
  public record Result(
      long acknowledged,
      long reads,
      List<String> lost,
      List<String> stale,
      List<String> errors,
      double longestMillis) {}

  public Traffic(int... ports) {
    this.ports = ports;
  }

  private StatefulRedisConnection<String, String> connect(int which) {
    return client.connect(
        io.lettuce.core.RedisURI.create("127.0.0.1", ports[which % ports.length]));
  }

  public void fill(int keys) {
    try (StatefulRedisConnection<String, String> connection = connect(0)) {
      RedisCommands<String, String> redis = connection.sync();
      for (int from = 0; from < keys; from += 1_000) {
        Map<String, String> page = new HashMap<>();
        for (int i = from; i < Math.min(keys, from + 1_000); i++) {
          page.put("app:fill:" + i, "value " + i);
        }
        redis.mset(page);
      }
    }
  }

  /// Starts the clients; returns once each writer has had a write acknowledged.
  public void start() throws InterruptedException {
    for (int w = 0; w < WRITERS; w++) {
      int writer = w;
      threads.add(Thread.ofPlatform().start(() -> write(writer)));
    }
    for (int r = 0; r < 2; r++) {
      int reader = r;
      threads.add(Thread.ofPlatform().start(() -> read(reader)));
    }
    if (!begun.await(BEGIN_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError("writers cannot write: " + errors);
    }
  }

  private void write(int writer) {
    try (StatefulRedisConnection<String, String> connection = connect(writer)) {
      RedisCommands<String, String> redis = connection.sync();
      long value = 0;
      boolean first = true;
      while (!stopped.get()) {
        value++;
        int key = writer * KEYS + (int) (value % KEYS);
        long begin = System.nanoTime();
        try {
          redis.set("app:seq:" + key, Long.toString(value));
          acknowledged.set(key, value);
          writes.incrementAndGet();
          if (first) {
            first = false;
            begun.countDown();
          }
        } catch (RuntimeException e) {
          errors.add("write " + key + ": " + e.getMessage());
          pause();
        }
        longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
      }
    }
  }

  private void read(int reader) {
    try (StatefulRedisConnection<String, String> connection = connect(reader)) {
      RedisCommands<String, String> redis = connection.sync();
      int key = 0;
      while (!stopped.get()) {
        key = (key + 7) % (WRITERS * KEYS);
        long before = acknowledged.get(key);
        try {
          check(key, before, redis.get("app:seq:" + key), stale);
          reads.incrementAndGet();
        } catch (RuntimeException e) {
          errors.add("read " + key + ": " + e.getMessage());
          pause();
        }
      }
    }
  }

  private static void pause() {
    java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
  }

  private static void check(
      int key,
      long atLeast,
      @org.jspecify.annotations.Nullable String found,
      java.util.Collection<String> problems) {
    long value = found == null ? 0 : Long.parseLong(found);
    if (value < atLeast) {
      problems.add("key " + key + " holds " + value + " after " + atLeast + " was acknowledged");
    }
  }

  public Result stop() throws InterruptedException {
    stopped.set(true);
    for (Thread each : threads) {
      each.join();
    }
    List<String> lost = new ArrayList<>();
    try (StatefulRedisConnection<String, String> connection = connect(1)) {
      RedisCommands<String, String> redis = connection.sync();
      for (int key = 0; key < acknowledged.length(); key++) {
        check(key, acknowledged.get(key), redis.get("app:seq:" + key), lost);
      }
    }
    return new Result(
        writes.get(),
        reads.get(),
        lost,
        List.copyOf(stale),
        List.copyOf(errors),
        longestNanos.get() / 1e6);
  }

  @Override
  public void close() {
    stopped.set(true);
    client.shutdown();
  }
}
