package dev.drover.store.map;

import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The bounds of keys, values, versions and leases, checked before anything is done.
public final class Limits {
  private static final Duration TTL_MIN = Duration.ofMillis(1);
  private static final Duration TTL_MAX = Duration.ofDays(365);

  private Limits() {}

  /// Checks a key: 1 to [StateStore#KEY_BYTES_MAX] bytes of well-formed text.
  public static void checkKey(String key) throws StoreException {
    if (key.isEmpty()) {
      throw new StoreException.Refused("a key is never empty", null);
    }
    checkText("key", key);
  }

  /// Checks a prefix: as a key, but it may be empty.
  public static void checkPrefix(String prefix) throws StoreException {
    checkText("prefix", prefix);
  }

  /// Checks what is to be put.
  public static void checkPut(String key, byte[] value, long expectedVersion)
      throws StoreException {
    checkExpected(expectedVersion);
    checkKey(key);
    if (value.length > StateStore.VALUE_BYTES_MAX) {
      throw new StoreException.Refused(
          "the value for '%s' has %d bytes, and the most is %d"
              .formatted(key, value.length, StateStore.VALUE_BYTES_MAX),
          null);
    }
  }

  public static void checkExpected(long expectedVersion) {
    if (expectedVersion < StateStore.ANY) {
      throw new IllegalArgumentException("no version is ever " + expectedVersion);
    }
  }

  public static void checkTtl(Duration ttl) throws StoreException {
    if (ttl.compareTo(TTL_MIN) < 0 || ttl.compareTo(TTL_MAX) > 0) {
      throw new StoreException.Refused(
          "a lease lasts %s to %s, but %s was asked for".formatted(TTL_MIN, TTL_MAX, ttl), null);
    }
  }

  private static void checkText(String what, String text) throws StoreException {
    if (text.length() <= StateStore.KEY_BYTES_MAX) {
      try {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        if (bytes.remaining() <= StateStore.KEY_BYTES_MAX) {
          return;
        }
      } catch (CharacterCodingException e) {
        throw new StoreException.Refused("the " + what + " is not well-formed text", e);
      }
    }
    throw new StoreException.Refused(
        "the %s '%s…' has more than %d bytes of UTF-8"
            .formatted(what, text.substring(0, 40), StateStore.KEY_BYTES_MAX),
        null);
  }
}
