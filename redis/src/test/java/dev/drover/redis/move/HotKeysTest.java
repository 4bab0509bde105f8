package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.mover.MoverSession;
import dev.drover.core.mover.Tail;
import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/// Big keys that keep changing are captured by what changed, and not looked through as a whole.
@Timeout(120)
class HotKeysTest {
  private volatile boolean writing = true;

  /// Whether there are writes that name no elements.
  private volatile boolean rareWrites = true;

  /// So many that a look through all of them takes long enough to be felt.
  private static final int ELEMENTS = 100_000;

  private static final int STRING_BYTES = 64 << 20;

  /// A look through one of them takes several times as many calls.
  private static final long CALLS_MAX = 60;

  private static void fill(Rig rig, String type) throws Exception {
    if (type.equals("string")) {
      for (int i = 0; i < STRING_BYTES; i += STRING_BYTES / 64) {
        rig.atA.call("SETRANGE", "app:big", "" + i, ("piece" + i).repeat(1_000));
      }
      rig.atA.call("SETRANGE", "app:big", "" + STRING_BYTES, "end");
      return;
    }
    List<String[]> commands = new ArrayList<>();
    if (type.equals("stream")) {
      for (int i = 1; i <= ELEMENTS; i++) {
        commands.add(new String[] {"XADD", "app:big", i + "-1", "field", "value" + i});
      }
      Rig.pipeline(rig.atA, commands);
      rig.atA.call("XGROUP", "CREATE", "app:big", "group", "0");
      return;
    }
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
                case "queue" -> {
                  client.call("RPUSH", "app:big", "new" + i, "more" + i);
                  client.call("LPOP", "app:big");
                }
                case "stack" -> {
                  client.call("LPUSH", "app:big", "new" + i, "more" + i);
                  client.call("LTRIM", "app:big", "0", "" + (ELEMENTS - 1));
                }
                case "stream" -> {
                  client.call("XADD", "app:big", "MAXLEN", "~", "" + ELEMENTS, "*", "f", "new" + i);
                  client.call("XDEL", "app:big", 7 * i % ELEMENTS + "-1");
                  client.call(
                      "XREADGROUP", "GROUP", "group", "c", "COUNT", "1", "STREAMS", "app:big", ">");
                }
                // No entry is ever deleted by name, and a server knows that.
                case "trimmed" -> {
                  client.call("XADD", "app:big", "*", "f", "new" + i);
                  client.call("XTRIM", "app:big", "MAXLEN", "" + ELEMENTS);
                }
                // A late worker deletes what was trimmed meanwhile, which deletes nothing.
                case "late" -> {
                  client.call("XADD", "app:big", "MAXLEN", "" + ELEMENTS, "*", "f", "new" + i);
                  client.call("XDEL", "app:big", (i + 1) + "-1");
                }
                case "reading" -> {
                  client.call(
                      "XREADGROUP", "GROUP", "group", "c", "COUNT", "1", "STREAMS", "app:big", ">");
                  client.call("XACK", "app:big", "group", Math.max(1, i - 3) + "-1");
                }
                case "inserts" -> client.call("LINSERT", "app:big", "BEFORE", "field9", "new" + i);
                case "string" -> {
                  client.call("SETBIT", "app:big", "" + i * 7919L % STRING_BYTES, "1");
                  client.call("APPEND", "app:big", "more" + i);
                }
                default -> client.call("LSET", "app:big", "" + i * 7919L % ELEMENTS, "changed" + i);
              }
              if (i % 3 == 0 && List.of("hash", "set", "zset").contains(type)) {
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
      long before = calls(rig);
      session.follow();
      inARow = calls(rig) - before < CALLS_MAX ? inARow + 1 : 0;
    }
    assertThat(inARow).isEqualTo(10);
  }

  /// How often a part of a key was read at the source.
  private static long calls(Rig rig) throws Exception {
    return rig.atA
        .call("INFO", "commandstats")
        .toString()
        .lines()
        .filter(line -> line.matches("cmdstat_([hsz]scan|lrange|getrange|xrange):.*"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=([0-9]+),.*", "$1")))
        .sum();
  }

  @ParameterizedTest
  @CsvSource({
    "hash, 6.2",
    "hash, 7.0",
    "set, 7.0",
    "zset, 7.0",
    "list, 7.0",
    "queue, 6.2",
    "queue, 7.0",
    "stack, 7.0",
    "string, 6.2",
    "string, 7.0",
    "stream, 6.2",
    "stream, 7.0",
    "trimmed, 7.0",
    "late, 7.0",
    "reading, 7.0"
  })
  void aBigKeyThatKeepsChangingIsCapturedByWhatChanged(String type, String version)
      throws Exception {
    Version from = version.equals("6.2") ? Version.V6_2 : Version.INSTALLED;
    try (Rig rig = new Rig(from, from)) {
      fill(rig, List.of("reading", "trimmed", "late").contains(type) ? "stream" : type);
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
    switch (random.nextInt(40)) {
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

  /// What MONITOR does not show is noticed by the number of elements, and a command that does not
  /// tell what it writes by its name: then the key is looked through as a whole.
  @ParameterizedTest
  @ValueSource(strings = {"SPOP", "SUNIONSTORE", "SREM without a line"})
  void aBigKeyThatIsWrittenInUnknownWaysIsLookedThroughAsAWhole(String way) throws Exception {
    settled(
        "set",
        rig -> {
          rig.atA.call("SADD", "app:other", "a", "b");
          switch (way) {
            case "SPOP" -> rig.atA.call("SPOP", "app:big", "1000");
            case "SUNIONSTORE" -> rig.atA.call("SUNIONSTORE", "app:big", "app:big", "app:other");
            // Nobody may write at the target; here it stands for a removal that was not shown.
            default -> {
              rig.atB.call("SADD", "app:big", "gone at the source");
              rig.atA.call("SADD", "app:big", "the last");
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LINSERT app:big BEFORE field500 new",
        "LREM app:big 1 field500",
        "LPOP app:big 99999",
        "LTRIM app:big 200000 300000",
        "DEL app:big",
        "PEXPIRE app:big 1",
        "RPOPLPUSH app:other app:big",
        "BLMPOP 1 1 app:big LEFT",
        "BLMOVE app:big app:big LEFT RIGHT abc",
        "BRPOPLPUSH app:big app:big -1"
      })
  void aBigListThatIsWrittenInUnknownWaysIsLookedThroughAsAWhole(String command) throws Exception {
    settled(
        "queue",
        rig -> {
          rig.atA.call("RPUSH", "app:other", "a", "b");
          try {
            rig.atA.call(command.split(" "));
          } catch (RawRedis.Refused e) {
            assertThat(e.getMessage()).containsAnyOf("unknown command", "timeout");
          }
          rig.atA.call("RPUSH", "app:big", "the last");
        });
  }

  /// Nobody may write at the target; here that stands for changes of the source that were not
  /// shown, and leave it as long as it was.
  @Test
  void aBigListThatLiesElsewhereThanItsJournalTellsIsLookedThroughAsAWhole() throws Exception {
    settled(
        "queue",
        rig -> {
          rig.atB.call("LPOP", "app:big");
          rig.atB.call("RPUSH", "app:big", "moved");
          rig.atA.call("RPUSH", "app:big", "the last");
        });
  }

  /// A pop that fails, because the other key is no list, looks like one that was done; and a client
  /// that had blocked before pushes unseen.
  @Test
  void aPopThatFailedAndAPushThatWasNotShownAreNoticed() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "queue");
      rig.atA.call("SET", "app:text", "no list");
      CompletableFuture<String> blocked =
          CompletableFuture.supplyAsync(
              () -> {
                try (RawRedis client = rig.a.client()) {
                  return (String)
                      client.call("BLMOVE", "app:waiting", "app:big", "RIGHT", "RIGHT", "0");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              waiting -> Thread.ofVirtual().start(waiting));
      while (!rig.atA.call("INFO", "clients").toString().contains("blocked_clients:1")) {
        Thread.sleep(5);
      }
      CompletableFuture<Integer> writer = writer(rig, "queue");
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        assertThatThrownBy(() -> rig.atA.call("LMOVE", "app:big", "app:text", "LEFT", "RIGHT"))
            .hasMessageContaining("WRONGTYPE");
        rig.atA.call("RPUSH", "app:waiting", "unseen");
        assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo("unseen");
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  /// A server does not show to MONITOR what it evicts: the bits that follow make the string as long
  /// as it was, with other content.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBigStringThatWasEvictedAndMadeAnewIsLookedThroughAsAWhole(boolean counters)
      throws Exception {
    settled(
        "string",
        rig -> {
          long length = (Long) rig.atA.call("STRLEN", "app:big");
          rig.atA.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
          rig.atA.call("CONFIG", "SET", "maxmemory-samples", "64");
          Thread.sleep(2_100);
          for (Object other : (List<?>) rig.atA.call("KEYS", "drover:*")) {
            rig.atA.call("TOUCH", String.valueOf(other));
          }
          rig.atA.call("CONFIG", "SET", "maxmemory", "40mb");
          for (int i = 0; i < 100 && (Long) rig.atA.call("EXISTS", "app:big") == 1; i++) {
            rig.atA.call("SETBIT", "other", "0", "1");
          }
          rig.atA.call("CONFIG", "SET", "maxmemory", "0");
          if (counters) {
            rig.atA.call("CONFIG", "RESETSTAT");
          }
          rig.atA.call("SETRANGE", "app:big", "" + (length - 1), "x");
          assertThat(rig.atA.call("STRLEN", "app:big")).isEqualTo(length);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET app:big short", "GETSET app:big short", "GETDEL app:big"})
  void aBigStringThatIsMadeAnewIsLookedThroughAsAWhole(String command) throws Exception {
    settled(
        "string",
        rig -> {
          rig.atA.call(command.split(" "));
          rig.atA.call("SETBIT", "app:big", "" + STRING_BYTES * 8L, "1");
        });
  }

  private interface Writes {
    void to(Rig rig) throws Exception;
  }

  /// A key is captured by what changes, then written in some way, and settled.
  private void settled(String type, Writes last) throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, type);
      CompletableFuture<Integer> writer = writer(rig, type);
      try (MoverSession session = rig.verified(1)) {
        followedByElements(rig, session);
        writing = false;
        assertThat(writer.get(10, TimeUnit.SECONDS)).isPositive();
        last.to(rig);
        Rig.settled(session);
        rig.assertSame();
      } finally {
        writing = false;
      }
    }
  }

  /// The other one had never lost an entry by name.
  @Test
  void aBigStreamThatTakesThePlaceOfAnotherOneIsBuiltAnew() throws Exception {
    try (Rig rig = Rig.installed()) {
      List<String[]> commands = new ArrayList<>();
      fill(rig, "stream");
      for (int i = 1; i <= ELEMENTS; i++) {
        commands.add(new String[] {"XADD", "app:new", ELEMENTS + i + "-1", "field", "value" + i});
      }
      Rig.pipeline(rig.atA, commands);
      rig.atA.call("XDEL", "app:big", "500-1");
      try (MoverSession session = rig.verified(1)) {
        session.follow();
        rig.atA.call("RENAME", "app:new", "app:big");
        Rig.settled(session);
        rig.assertSame();
      }
    }
  }

  @Test
  void aBigKeyThatHasToBeLookedThroughIsNamedAndSettledOnceItsWritersAreHeld() throws Exception {
    try (Rig rig = Rig.installed()) {
      fill(rig, "list");
      CompletableFuture<Integer> writer = writer(rig, "inserts");
      try (MoverSession session = rig.verified(1)) {
        for (int i = 0; i < 5; i++) {
          session.follow();
        }
        Tail tail = session.follow();
        assertThat(tail.slowest())
            .contains("key app:big")
            .contains(" elements")
            .contains("(LINSERT does not tell which elements it writes)");
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
