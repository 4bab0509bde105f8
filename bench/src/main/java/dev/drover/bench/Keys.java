package dev.drover.bench;

import dev.drover.redis.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Fills servers. The same seed gives the same keys and values everywhere.
final class Keys {
  static final int VALUE_BYTES = 100;
  private static final int WINDOW = 500;
  private static final int TYPES = 5;
  private static final int ELEMENTS = 8;

  private Keys() {}

  /// Names the key of an index.
  interface Namer {
    String name(int index);
  }

  /// Strings of 100 random bytes, without expiry.
  static void strings(RespConnection redis, int count, Namer namer) throws IOException {
    Random random = new Random(1);
    byte[] value = new byte[VALUE_BYTES];
    fill(
        redis,
        count,
        i -> {
          random.nextBytes(value);
          redis.begin(3).arg("SET").arg(namer.name(i)).arg(value);
        });
  }

  /// Strings, hashes, lists, sets and sorted sets in turn; the collections have eight elements.
  static void mixed(RespConnection redis, int count, Namer namer) throws IOException {
    Random random = new Random(2);
    fill(redis, count, i -> one(redis, i % TYPES, namer.name(i), random));
  }

  private static void one(RespConnection redis, int type, String key, Random random)
      throws IOException {
    switch (type) {
      case 0 -> redis.begin(3).arg("SET").arg(key).arg(text(random));
      case 1 -> {
        redis.begin(2 + 2 * ELEMENTS).arg("HSET").arg(key);
        for (int i = 0; i < ELEMENTS; i++) {
          redis.arg("field" + i).arg(text(random));
        }
      }
      case 2, 3 -> {
        redis.begin(2 + ELEMENTS).arg(type == 2 ? "RPUSH" : "SADD").arg(key);
        for (int i = 0; i < ELEMENTS; i++) {
          redis.arg(text(random));
        }
      }
      default -> {
        redis.begin(2 + 2 * ELEMENTS).arg("ZADD").arg(key);
        for (int i = 0; i < ELEMENTS; i++) {
          redis.arg(random.nextInt(1_000)).arg(text(random));
        }
      }
    }
  }

  private static byte[] text(Random random) {
    return Long.toHexString(random.nextLong()).getBytes(StandardCharsets.US_ASCII);
  }

  private interface Sender {
    void send(int index) throws IOException;
  }

  private static void fill(RespConnection redis, int count, Sender sender) throws IOException {
    for (int from = 0; from < count; from += WINDOW) {
      int to = Math.min(count, from + WINDOW);
      for (int i = from; i < to; i++) {
        sender.send(i);
      }
      redis.flush();
      for (int i = from; i < to; i++) {
        redis.answered();
      }
    }
  }
}
