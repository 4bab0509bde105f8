package dev.drover.redis.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverSession;
import dev.drover.redis.testing.RawRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// Big keys and their writers, for tests.
abstract class HotKeys {
  volatile boolean writing = true;

  /// So many that a look through all of them takes long enough to be felt.
  static final int ELEMENTS = 100_000;

  static final int STRING_BYTES = 64 << 20;

  /// A look through one of them takes several times as many calls.
  static final long CALLS_MAX = 60;

  static void fill(Rig rig, String type) throws Exception {
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

  static String put(String type) {
    return switch (type) {
      case "hash" -> "HSET";
      case "zset" -> "ZADD";
      case "set" -> "SADD";
      default -> "RPUSH";
    };
  }

  /// Writes every 2 ms until it is told to end: changes, additions and removals, in turns.
  CompletableFuture<Integer> writer(Rig rig, String type) {
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
                case "deleted" -> {
                  client.call(
                      "XREADGROUP", "GROUP", "group", "c", "COUNT", "1", "STREAMS", "app:big", ">");
                  client.call("XDEL", "app:big", (i + 1) + "-1");
                  client.call("XACK", "app:big", "group", Math.max(1, i - 50) + "-1");
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
  static void followedByElements(Rig rig, MoverSession session) throws Exception {
    int inARow = 0;
    for (int i = 0; i < 300 && inARow < 10; i++) {
      long before = calls(rig);
      session.follow();
      inARow = calls(rig) - before < CALLS_MAX ? inARow + 1 : 0;
    }
    assertThat(inARow).isEqualTo(10);
  }

  /// How often a part of a key was read at the source.
  static long calls(Rig rig) throws Exception {
    return rig.atA
        .call("INFO", "commandstats")
        .toString()
        .lines()
        .filter(line -> line.matches("cmdstat_([hsz]scan|lrange|getrange|xrange):.*"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^:]*:calls=([0-9]+),.*", "$1")))
        .sum();
  }

  interface Writes {
    void to(Rig rig) throws Exception;
  }

  /// A key is captured by what changes, then written in some way, and settled.
  void settled(String type, Writes last) throws Exception {
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
}
