package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.util.LinkedHashMap;
import java.util.Map;

/// The reads whose last reply was large, as far as one event loop has seen them lately: they are
/// asked on a connection of the client's own from the start, so that nobody waits behind them. A
/// read is its command and first key, kept as a hash; one that is taken for another is only served
/// with more care.
final class LargeKeys {
  /// From here on a reply keeps others waiting.
  static final long LARGE_BYTES = 128 << 10;

  private static final int KEYS_MAX = 4_096;
  private static final long PRIME = 0x100000001b3L;

  private final Map<Long, Long> bytes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > KEYS_MAX;
        }
      };

  boolean isEmpty() {
    return bytes.isEmpty();
  }

  /// How large its last reply was, 0 if it was not large.
  long expected(long key) {
    return bytes.isEmpty() ? 0 : bytes.getOrDefault(key, 0L);
  }

  void replied(long key, long replyBytes) {
    if (replyBytes >= LARGE_BYTES) {
      bytes.put(key, replyBytes);
    } else {
      bytes.remove(key);
    }
  }

  /// The hash of a command and of the key that stands at `[offset, offset + length)`.
  static long hash(String command, ByteBuf in, int offset, int length) {
    long hash = 0xcbf29ce484222325L;
    int at = 0;
    // Each access is checked, so eight bytes at once cost an eighth.
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = (hash ^ in.getLongLE(offset + at)) * PRIME;
      hash ^= hash >>> 32;
    }
    for (; at < length; at++) {
      hash = (hash ^ in.getByte(offset + at)) * PRIME;
    }
    return hash ^ command.hashCode() * 0x9e3779b97f4a7c15L;
  }
}
