package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random writes of many kinds to big keys that are captured by what changes.
@Timeout(120)
class AnyWriteTest extends HotKeys {
  /// Whether there are writes that name no elements.
  private volatile boolean rareWrites = true;

  /// Whatever is done to big keys while they are captured by elements, they end equal.
  @ParameterizedTest
  @CsvSource({"1, 6.2", "2, 7.0", "3, 7.0"})
  void bigKeysUnderEveryKindOfWriteEndEqual(long seed, String version) throws Exception {
    Version from = version.equals("6.2") ? Version.V6_2 : Version.INSTALLED;
    try (Rig rig = new Rig(from, from)) {
      for (String type : List.of("hash", "set", "zset", "list", "string", "stream")) {
        fill(rig, type);
        rig.atA.call("RENAME", "app:big", "app:" + type);
      }
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try (RawRedis client = rig.a.client()) {
                  for (Random random = new Random(seed); writing; ) {
                    anyWrite(client, random);
                  }
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              });
      try (MoverSession session = rig.verified(1)) {
        followFor(session, 5);
        rareWrites = false;
        followFor(session, 3);
        writing = false;
        writer.get(10, TimeUnit.SECONDS);
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  private static void followFor(MoverSession session, int seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      session.follow();
    }
  }

  private void anyWrite(RawRedis client, Random random) throws Exception {
    String name = "field" + random.nextInt(ELEMENTS + 10_000);
    String value = "v" + random.nextInt();
    String score = "" + random.nextInt(1_000);
    int which = random.nextInt(40);
    switch (which) {
      case 0, 1 -> client.call("HSET", "app:hash", name, value, name + "x", value);
      case 2 -> client.call("hset", "app:hash", "n:" + name, "1");
      case 3 -> client.call("HINCRBY", "app:hash", "n:" + name.length(), "1");
      case 4 -> client.call("HINCRBYFLOAT", "app:hash", "f:" + name.length(), "0.5");
      case 5 -> client.call("HSETNX", "app:hash", name + "y", value);
      case 6, 7 -> client.call("HDEL", "app:hash", name, name + "x");
      case 8, 9 -> client.call("SADD", "app:set", name, value);
      case 10 -> client.call("SREM", "app:set", name);
      case 11 -> client.call("SMOVE", "app:set", "app:other", name);
      case 12 -> client.call("SMOVE", "app:other", "app:set", name);
      case 13, 14 -> client.call("ZADD", "app:zset", "GT", "CH", score, name, score, name + "x");
      case 15 -> client.call("ZADD", "app:zset", "INCR", score, name);
      case 16 -> client.call("ZINCRBY", "app:zset", "-1", name);
      case 17 -> client.call("ZREM", "app:zset", name, name + "x");
      case 18 ->
          client.call(
              "EVAL",
              "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return redis.call('ZADD', KEYS[2], 1, ARGV[1])",
              "2",
              "app:hash",
              "app:zset",
              name,
              value);
      case 19 -> {
        client.call("MULTI");
        client.call("SREM", "app:set", name);
        client.call("HSET", "app:hash", name, value);
        client.call("EXEC");
      }
      case 20 -> client.call("SET", "app:other:" + name, value);
      case 21 -> client.call("SET", "away", "app:hash");
      default -> {
        if (!otherWrite(client, random, which, name, value) && rareWrites) {
          rareWrite(client, random, name);
        }
      }
    }
  }

  /// To a list, a string or a stream.
  private static boolean otherWrite(
      RawRedis client, Random random, int which, String name, String value) throws Exception {
    switch (which) {
      case 22, 23 -> client.call("RPUSH", "app:list", name, value);
      case 24 -> client.call("LPUSH", "app:list", name, value);
      case 25 -> client.call("lpop", "app:list");
      case 26 -> client.call("RPOP", "app:list", "2");
      case 27 -> client.call("LSET", "app:list", "" + (random.nextInt(60_000) - 30_000), value);
      case 28 -> client.call("RPOPLPUSH", "app:list", "app:list");
      case 29 -> client.call("LMOVE", "app:list", "app:popped", "LEFT", "RIGHT");
      case 30 -> client.call("SETRANGE", "app:string", "" + random.nextInt(STRING_BYTES), value);
      case 31 -> client.call("SETBIT", "app:string", "" + random.nextInt(1 << 29), "1");
      case 32 -> client.call("APPEND", "app:string", value);
      case 33 ->
          client.call(
              "BITFIELD",
              "app:string",
              "OVERFLOW",
              "SAT",
              "SET",
              "u16",
              "#" + random.nextInt(1 << 24),
              "7",
              "GET",
              "i8",
              "0",
              "INCRBY",
              "i5",
              "" + random.nextInt(1 << 28),
              "1");
      case 34 -> client.call("XADD", "app:stream", "*", "name", name, "value", value);
      case 35 ->
          client.call("XDEL", "app:stream", ELEMENTS / 2 + random.nextInt(ELEMENTS / 2) + "-1");
      case 36 ->
          client.call(
              "XREADGROUP",
              "GROUP",
              "group",
              "c" + random.nextInt(5),
              "COUNT",
              "2",
              "STREAMS",
              "app:stream",
              ">");
      case 37 -> client.call("XACK", "app:stream", "group", random.nextInt(2_000) + "-1");
      default -> {
        return false;
      }
    }
    return true;
  }

  /// What names no elements, now and then.
  private static void rareWrite(RawRedis client, Random random, String name) throws Exception {
    switch (random.nextInt(10_000)) {
      case 0 -> client.call("SPOP", "app:set", "3");
      case 1 -> client.call("ZPOPMIN", "app:zset", "3");
      case 2 -> {
        client.call("RENAME", "app:hash", "app:renamed");
        client.call("HSET", "app:renamed", name, "while renamed");
        client.call("RENAME", "app:renamed", "app:hash");
      }
      case 3 -> client.call("SUNIONSTORE", "app:set", "app:set", "app:other");
      case 4 -> client.call("ZREMRANGEBYRANK", "app:zset", "0", "5");
      case 5 -> client.call("COPY", "app:hash", "app:copied", "REPLACE");
      case 6 -> client.call("PEXPIRE", "app:zset", "100000000");
      case 7 -> client.call("PERSIST", "app:zset");
      case 8 -> client.call("LREM", "app:list", "1", "field7");
      case 9 -> client.call("LINSERT", "app:list", "BEFORE", "field99", name);
      case 10 -> client.call("LTRIM", "app:list", "3", "-4");
      case 11 -> client.call("LTRIM", "app:list", "0", "99999");
      case 12 -> client.call("RPOPLPUSH", "app:popped", "app:list");
      case 13 -> client.call("BLPOP", "app:list", "1");
      case 14 -> client.call("EXPIRE", "app:list", "100000");
      case 15 -> client.call("SORT", "app:other", "ALPHA", "LIMIT", "0", "9", "STORE", "app:list2");
      case 16 -> client.call("BITOP", "NOT", "app:string2", "app:string");
      case 18 -> client.call("XDEL", "app:stream", random.nextInt(500) + "-1");
      case 23 -> client.call("XTRIM", "app:stream", "MAXLEN", "" + (ELEMENTS - 20_000));
      case 19 -> {
        try {
          client.call("XSETID", "app:stream", System.currentTimeMillis() + 1 + "-1");
        } catch (RawRedis.Refused e) {
          assertThat(e).hasMessageContaining("smaller than the target stream top item");
        }
      }
      case 20 -> client.call("XGROUP", "CREATE", "app:stream", name, "$");
      case 21 -> client.call("XAUTOCLAIM", "app:stream", "group", "other", "0", "0");
      case 22 -> {
        client.call("RENAME", "app:stream", "app:stream2");
        client.call("RENAME", "app:stream2", "app:stream");
      }
      case 17 -> client.call("GETEX", "app:string", "EX", "100000");
      default -> client.call("HGET", "app:hash", name);
    }
  }
}
