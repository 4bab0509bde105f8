package dev.drover.redis.torture;

import org.jspecify.annotations.Nullable;

/// How numbers stand in Redis: with some padding whose length and letter follow from them, so that
/// values have different sizes and a torn one is noticed. One of some hundred is so large that a
/// gateway passes it on while it comes.
final class Values {
  private static final int PADDING_MAX = 160;
  private static final int LARGE_ONE_IN = 300;
  private static final int LARGE_BYTES_MIN = 1 << 20;
  private static final int LARGE_BYTES_MAX = 3 << 20;

  /// What is smaller is written by nobody who is a client, and never large.
  private static final long CLIENTS_FROM = 1L << 32;

  /// What is read as when it is nothing that a client has written.
  private static final long NONSENSE = -77;

  private Values() {}

  public static String text(long value) {
    return value + ":" + String.valueOf(letter(value)).repeat(padding(value));
  }

  /// The number that a text stands for; 0 for none, and one that nobody ever writes if it is torn.
  public static long number(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      int colon = text.indexOf(':');
      long value = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
      return colon < 0 || padded(text, colon + 1, value) ? value : NONSENSE;
    } catch (NumberFormatException e) {
      return NONSENSE;
    }
  }

  static boolean large(long value) {
    return padding(value) >= LARGE_BYTES_MIN;
  }

  private static boolean padded(String text, int from, long value) {
    if (text.length() - from != padding(value)) {
      return false;
    }
    char letter = letter(value);
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) != letter) {
        return false;
      }
    }
    return true;
  }

  private static int padding(long value) {
    long mixed = mixed(value);
    return value >= CLIENTS_FROM && mixed % LARGE_ONE_IN == 0
        ? (int) (LARGE_BYTES_MIN + mixed / LARGE_ONE_IN % (LARGE_BYTES_MAX - LARGE_BYTES_MIN))
        : (int) (mixed % PADDING_MAX);
  }

  private static char letter(long value) {
    return (char) ('a' + (mixed(value) >>> 20) % 26);
  }

  /// Neighbours have nothing in common.
  private static long mixed(long value) {
    long mixed = value * 0x9E3779B97F4A7C15L;
    return (mixed ^ (mixed >>> 32)) & Long.MAX_VALUE;
  }
}
