package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Moves a scope while several connections change everything in it.
@Tag("alone")
class RedisMoverWritersTest {
  private static final int KEYS = 400;

  private volatile boolean writing = true;
  private final AtomicLong written = new AtomicLong();

  @ParameterizedTest
  @CsvSource({"V6_2,INSTALLED,1", "INSTALLED,INSTALLED,2", "INSTALLED,INSTALLED,3"})
  void nothingIsLostUnderWritersWhoChangeEverything(Version from, Version to, long seed)
      throws Exception {
    List<Thread> writers = new ArrayList<>();
    try (Rig rig = new Rig(from, to)) {
      Samples.small(rig.atA, rig.prefix);
      Samples.big(rig.atA, "app:big:", 3_000);
      for (int i = 0; i < 3; i++) {
        SplittableRandom random = new SplittableRandom(seed * 100 + i);
        writers.add(Thread.ofPlatform().start(() -> write(rig, random)));
      }
      try (MoverSession session = rig.open(1)) {
        session.raiseFence();
        session.prepare();
        session.copy();
        for (int i = 0; i < 5; i++) {
          session.follow();
          Thread.sleep(50);
        }
        session.verify();
        for (int i = 0; i < 5; i++) {
          session.follow();
          Thread.sleep(50);
        }
        writing = false;
        for (Thread writer : writers) {
          writer.join();
        }
        Rig.settled(session);
        // So that no key runs out between the reading of one home and of the other.
        Thread.sleep(2_100);
        rig.assertSame();
        assertThat(written.get()).isGreaterThan(1_000);
        assertThat(rig.losses).isEmpty();
      }
    } finally {
      writing = false;
    }
  }

  @Test
  void whatGoesAroundTheGatewaysIsBroughtOrFoundAsAStray() throws Exception {
    try (Rig rig = Rig.installed();
        MoverSession session = rig.verified(1)) {
      CountDownLatch begun = new CountDownLatch(20);
      Thread writer = Thread.ofPlatform().start(() -> writeAround(rig, begun));
      try {
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        Rig.settled(session);
      } finally {
        writing = false;
        writer.join();
      }
      List<String> strays = session.strays();
      for (int i = 0; i < written.get(); i++) {
        String key = "app:around:" + i;
        if (rig.atB.call("GET", key) == null) {
          assertThat(strays).contains(key);
        }
      }
    }
  }

  private void writeAround(Rig rig, CountDownLatch begun) {
    try (RawRedis client = rig.a.client()) {
      while (writing) {
        client.call("SET", "app:around:" + written.get(), "v");
        written.incrementAndGet();
        begun.countDown();
        Thread.sleep(1);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Rig rig, SplittableRandom random) {
    try (RawRedis client = rig.a.client()) {
      while (writing) {
        try {
          one(client, random);
        } catch (RawRedis.Refused e) {
          // The key has another type just now.
        }
        written.incrementAndGet();
        if (random.nextInt(20) == 0) {
          Thread.sleep(1);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String key(SplittableRandom random) {
    return "app:w:" + random.nextInt(KEYS);
  }

  private static void one(RawRedis client, SplittableRandom random) throws IOException {
    String n = Integer.toString(random.nextInt(1_000_000));
    String key = key(random);
    switch (random.nextInt(24)) {
      case 0, 1, 2 -> client.call("SET", key, n);
      case 3 -> client.call("DEL", key);
      case 4 -> client.call("HSET", key, "f" + random.nextInt(20), n);
      case 5 -> client.call("RPUSH", key, n);
      case 6 -> client.call("LPOP", key);
      case 7 -> client.call("SADD", key, n);
      case 8 -> client.call("ZADD", key, n, "m" + random.nextInt(20));
      case 9 -> client.call("RENAME", key, key(random));
      case 10 -> client.call("RENAME", key, "away:" + random.nextInt(KEYS));
      case 11 -> client.call("RENAME", "away:" + random.nextInt(KEYS), key);
      case 12 -> client.call("PEXPIRE", key, Integer.toString(1 + random.nextInt(2_000)));
      case 13 -> client.call("SET", key, n, "PX", Integer.toString(1 + random.nextInt(500)));
      case 14 -> client.call("PERSIST", key);
      case 15 -> transaction(client, key, key(random), n);
      case 16 -> client.call("XADD", key, "*", "f", n);
      case 17 -> client.call("XGROUP", "CREATE", key, "g" + random.nextInt(3), "0", "MKSTREAM");
      case 18 ->
          client.call(
              "XREADGROUP",
              "GROUP",
              "g" + random.nextInt(3),
              "c" + random.nextInt(3),
              "COUNT",
              "2",
              "STREAMS",
              key,
              ">");
      case 19 -> client.call("XAUTOCLAIM", key, "g0", "c9", "0", "0", "COUNT", "3");
      case 20 -> client.call("EVAL", "redis.call('APPEND', KEYS[1], ARGV[1])", "1", key, n);
      case 21 -> client.call("HSET", "app:big:hash", "field" + random.nextInt(4_000), n);
      case 22 -> client.call("LPUSH", "app:big:list", n);
      default -> client.call("ZREM", "app:big:zset", "member" + random.nextInt(3_000));
    }
  }

  private static void transaction(RawRedis client, String a, String b, String n)
      throws IOException {
    client.call("MULTI");
    client.call("SET", a, n);
    client.call("COPY", a, b, "REPLACE");
    client.call("INCR", a);
    client.call("EXEC");
  }
}
