package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Tail;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Values at the ends of what a server can hold.
@Timeout(120)
class ExtremesTest {
  private static final String GREATEST = "18446744073709551615-18446744073709551615";

  private static void trimmed(RawRedis at, String key, int entries) throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 1; i <= entries; i++) {
      commands.add(new String[] {"XADD", key, i + "-1", "field", "v".repeat(200) + i});
    }
    Rig.pipeline(at, commands);
    at.call("XGROUP", "CREATE", key, "g", "0");
    at.call("XGROUP", "CREATE", key, "h", "0");
    at.call("XREADGROUP", "GROUP", "g", "one", "COUNT", "2000", "STREAMS", key, ">");
    at.call("XREADGROUP", "GROUP", "h", "two", "COUNT", "1000", "STREAMS", key, ">");
    at.call("XTRIM", key, "MAXLEN", Integer.toString(entries / 2));
    at.call("XDEL", key, entries - 1 + "-1");
  }

  @ParameterizedTest
  @CsvSource({"V6_2, V6_2", "V6_2, INSTALLED", "INSTALLED, INSTALLED"})
  void aBigStreamWhosePendingListNamesTrimmedEntriesMoves(Version from, Version to)
      throws Exception {
    try (Rig rig = new Rig(from, to)) {
      trimmed(rig.atA, "app:stream", 4_000);
      try (MoverSession session = rig.verified(1)) {
        Rig.settled(session);
        rig.assertSame();
        // Delivered and deleted between two looks.
        rig.atA.call("XADD", "app:stream", "5000-1", "f", "v");
        rig.atA.call(
            "XREADGROUP", "GROUP", "h", "two", "COUNT", "5000", "STREAMS", "app:stream", ">");
        rig.atA.call("XDEL", "app:stream", "5000-1", "3999-1");
        session.follow();
        Rig.settled(session);
      }
      rig.assertSame();
      assertThat(rig.atB.call("XPENDING", "app:stream", "g"))
          .isEqualTo(rig.atA.call("XPENDING", "app:stream", "g"));
      assertThat(rig.atB.call("XPENDING", "app:stream", "h"))
          .isEqualTo(rig.atA.call("XPENDING", "app:stream", "h"));
      assertThat(rig.atB.call("XLEN", "app:stream")).isEqualTo(rig.atA.call("XLEN", "app:stream"));
    }
  }

  @Test
  void streamsWithTheGreatestIdMove() throws Exception {
    try (Rig rig = Rig.installed()) {
      for (String key : List.of("app:small", "app:big")) {
        rig.atA.call("XADD", key, "0-1", "", "");
        if (key.equals("app:big")) {
          for (int i = 1; i <= 4_000; i++) {
            rig.atA.call("XADD", key, i + "-" + i, "f", "v".repeat(200));
          }
        }
        rig.atA.call("XADD", key, GREATEST, "last", "one");
        rig.atA.call("XGROUP", "CREATE", key, "", "0");
        rig.atA.call("XREADGROUP", "GROUP", "", "", "COUNT", "9999", "STREAMS", key, ">");
      }
      rig.move();
      for (String key : List.of("app:small", "app:big")) {
        assertThat(rig.atB.call("XPENDING", key, "")).isEqualTo(rig.atA.call("XPENDING", key, ""));
        assertThat(rig.atB.call("XRANGE", key, GREATEST, "+").toString()).contains("last");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10", "3000"})
  void scoresNamesAndSizesAtTheirEndsMove(int others) throws Exception {
    try (Rig rig = Rig.installed()) {
      List<String> scores =
          List.of(
              "inf",
              "-inf",
              "-0",
              "0",
              "4.9e-324",
              "1.7976931348623157e308",
              "-1e308",
              "0.1",
              "9007199254740993");
      for (int i = 0; i < scores.size(); i++) {
        rig.atA.call("ZADD", "app:zset", scores.get(i), "member" + i);
      }
      rig.atA.call("ZADD", "app:zset", "1", "");
      rig.atA.call("HSET", "app:hash", "", "", "\0", "\r\n", "field", "x".repeat(300_000));
      rig.atA.call("SADD", "app:set", "", "\0\0", "9223372036854775807", "-9223372036854775808");
      rig.atA.call("RPUSH", "app:list", "", "y".repeat(600_000), "");
      for (int i = 0; i < others; i++) {
        rig.atA.call("ZADD", "app:zset", Integer.toString(i), "other" + i);
        rig.atA.call("HSET", "app:hash", "other" + i, "z".repeat(30));
        rig.atA.call("SADD", "app:set", "other" + "z".repeat(30) + i);
        rig.atA.call("RPUSH", "app:list", "");
      }
      rig.atA.call("SET", "app:", "named as the prefix");
      rig.atA.call("SET", "app:\0\r\n*$", "");
      rig.atA.call("SET", "app:" + "k".repeat(200_000), "a long name");
      rig.atA.call("SETBIT", "app:bits", "8388607", "1");
      rig.atA.call("SET", "app:far", "1");
      rig.atA.call("PEXPIREAT", "app:far", "9223372036854775000");
      rig.atA.call("XGROUP", "CREATE", "app:empty-stream", "g", "$", "MKSTREAM");
      rig.move();
      assertThat(rig.atB.call("PEXPIRETIME", "app:far")).isEqualTo(9223372036854775000L);
      assertThat(rig.atB.call("ZSCORE", "app:zset", "member4"))
          .isEqualTo(rig.atA.call("ZSCORE", "app:zset", "member4"));
    }
  }

  private volatile boolean writing = true;

  /// Whether there are writes that name no elements.
  private volatile boolean rareWrites = true;

  /// So many that a look through all of them takes long enough to be felt.
  private static final int ELEMENTS = 100_000;

  private static void fill(Rig rig, String type) throws Exception {
    List<String[]> commands = new ArrayList<>();
    for (int i = 0; i < ELEMENTS / 1_000; i++) {
      List<String> command = new ArrayList<>(List.of(put(type), "app:big"));
      for (int k = 0; k < 1_000; k++) {
        String name = "field" + (1_000 * i + k);
        switch (type) {
          case "hash" -> command.addAll(List.of(name, "value" + k));
          case "zset" -> command.addAll(List.of("" + k, name));
          default -> command.add(name);
        }
      }
      commands.add(command.toArray(String[]::new));
    }
    Rig.pipeline(rig.atA, commands);
  }

  private static String put(String type) {
    return switch (type) {
      case "hash" -> "HSET";
      case "zset" -> "ZADD";
      case "set" -> "SADD";
      default -> "RPUSH";
    };
  }

  /// Writes every 2 ms until it is told to end: changes, additions and removals, in turns.
  private CompletableFuture<Integer> writer(Rig rig, String type) {
    return CompletableFuture.supplyAsync(
        () -> {
          int i = 0;
          try (RawRedis client = rig.a.client()) {
            for (; writing; i++) {
              String name = "field" + i * 7919L % ELEMENTS;
              switch (type) {
                case "hash" -> client.call("HSET", "app:big", name, "changed" + i);
                case "zset" -> client.call("ZADD", "app:big", "CH", "-" + i, name);
                case "set" -> client.call("SADD", "app:big", "new" + i);
                default -> client.call("LSET", "app:big", "" + i * 7919L % ELEMENTS, "changed" + i);
              }
              if (i % 3 == 0 && !type.equals("list")) {
                String remove =
                    type.equals("hash") ? "HDEL" : type.equals("zset") ? "ZREM" : "SREM";
                client.call(remove, "app:big", "field" + i * 31L % ELEMENTS);
              }
              Thread.sleep(2);
            }
          } catch (Exception e) {
            throw new CompletionException(e);
          }
          return i;
        });
  }

  /// Follows until that takes no look through the key as a whole any more.
  private static void followedByElements(Rig rig, MoverSession session) throws Exception {
    int inARow = 0;
    for (int i = 0; i < 300 && inARow < 10; i++) {
      String before = looks(rig);
      session.follow();
      inARow = looks(rig).equals(before) ? inARow + 1 : 0;
    }
    assertThat(inARow).isEqualTo(10);
  }

  /// How often elements were listed at the source.
  private static String looks(Rig rig) throws Exception {
    return rig.atA
        .call("INFO", "commandstats")
        .toString()
        .lines()
        .filter(line -> line.matches("cmdstat_[hsz]scan:.*"))
        .map(line -> line.replaceFirst(",.*", ""))
        .toList()
        .toString();
  }

  @ParameterizedTest
  @CsvSource({"hash, 6.2", "hash, 7.0", "set, 7.0", "zset, 7.0"})
  void aBigKeyThatKeepsChangingIsCapturedByItsElements(String type, String version)
      throws Exception {
    Version from = version.equals("6.2") ? Version.V6_2 : Version.INSTALLED;
    try (Rig rig = new Rig(from, from)) {
      fill(rig, type);
      CompletableFuture<Integer> writer = writer(rig, type);
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        long began = System.nanoTime();
        Rig.settled(session);
        System.out.printf(
            "%s on %s: settled in %d ms%n", type, version, (System.nanoTime() - began) / 1_000_000);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  /// Whatever is done to big keys while they are captured by elements, they end equal.
  @ParameterizedTest
  @CsvSource({"1, 6.2", "2, 7.0", "3, 7.0"})
  void bigKeysUnderEveryKindOfWriteEndEqual(long seed, String version) throws Exception {
    Version from = version.equals("6.2") ? Version.V6_2 : Version.INSTALLED;
    try (Rig rig = new Rig(from, from)) {
      for (String type : List.of("hash", "set", "zset")) {
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
    switch (random.nextInt(24)) {
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
        if (rareWrites) {
          rareWrite(client, random, name);
        }
      }
    }
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
      default -> client.call("HGET", "app:hash", name);
    }
  }

  /// What MONITOR does not show is noticed by the number of elements, and a command that does not
  /// name what it writes by its name: then the key is looked through as a whole.
  @ParameterizedTest
  @ValueSource(strings = {"SPOP", "SUNIONSTORE", "SREM without a line"})
  void aBigKeyThatIsWrittenInUnknownWaysIsLookedThroughAsAWhole(String way) throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "set");
      rig.atA.call("SADD", "app:other", "a", "b");
      CompletableFuture<Integer> writer = writer(rig, "set");
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        switch (way) {
          case "SPOP" -> rig.atA.call("SPOP", "app:big", "1000");
          case "SUNIONSTORE" -> rig.atA.call("SUNIONSTORE", "app:big", "app:big", "app:other");
          // Nobody may write at the target; here it stands for a removal that was not shown.
          default -> {
            rig.atB.call("SADD", "app:big", "gone at the source");
            rig.atA.call("SADD", "app:big", "the last");
          }
        }
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  @Test
  void aBigListThatKeepsChangingIsVerifiedNamedAndSettledOnceItsWritersAreHeld() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "list");
      CompletableFuture<Integer> writer = writer(rig, "list");
      try (MoverSession session = rig.verified(1)) {
        session.follow();
        Tail tail = session.follow();
        assertThat(tail.slowest()).contains("key app:big").contains(ELEMENTS + " elements");
        assertThat(tail.floorNanos()).isGreaterThan(5_000_000);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }
}
