package dev.drover.redis.torture;

import dev.drover.engine.torture.Flood;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that means harm, for a while. It writes a key that nobody else uses, and never waits
/// for an answer: whatever the gateway does with it, the others must not notice. What it sends is
/// bounded.
final class HostileClient {
  private static final int VALUE_BYTES = 2_000_000;
  private static final int GETS = 2_000;
  private static final int PINGS = 20_000;
  private static final int BLOCKED = 4;

  private HostileClient() {}

  /// How it harms.
  private enum Manner {
    /// Asks for far more than it reads, which is nothing.
    ASKS_WITHOUT_READING,
    /// Sends half of a large write, and stays.
    HALF_A_WRITE,
    /// Blocks, by an option in disguise.
    BLOCKS_IN_DISGUISE,
    /// Sends thousands of the smallest requests there are.
    PINGS_INLINE
  }

  /// @param port of the gateway
  /// @param partition whose key it uses
  /// @param drawn decides how it harms
  static void strike(int port, String partition, int drawn, Duration lasts)
      throws InterruptedException {
    Manner[] manners = Manner.values();
    Manner manner = manners[drawn / 7 % manners.length];
    String key = partition + "hostile";
    byte[] sent = bytes(manner, key);
    int many = manner == Manner.BLOCKS_IN_DISGUISE ? BLOCKED : 1;
    Flood.send(port, sent, many, lasts);
  }

  private static byte[] bytes(Manner manner, String key) {
    String text =
        switch (manner) {
          case ASKS_WITHOUT_READING ->
              set(key) + "x".repeat(VALUE_BYTES) + "\r\n" + words("GET", key).repeat(GETS);
          case HALF_A_WRITE -> set(key) + "x".repeat(VALUE_BYTES / 2);
          case BLOCKS_IN_DISGUISE ->
              words("XREAD", "BLOCK\0", "0", "STREAMS", key + "-stream", "$");
          case PINGS_INLINE -> "PING\r\n".repeat(PINGS);
        };
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// A write up to its value.
  private static String set(String key) {
    return "*3\r\n$3\r\nSET\r\n$" + key.length() + "\r\n" + key + "\r\n$" + VALUE_BYTES + "\r\n";
  }

  private static String words(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString();
  }
}
