package dev.drover.torture.client;

import org.jspecify.annotations.Nullable;

/// How numbers stand in Redis: with some padding that follows from them, so that values have
/// different sizes and a torn one is noticed.
public final class Values {
  private static final int PADDING_MAX = 160;

  /// What is read as when it is nothing that a client has written.
  private static final long NONSENSE = -77;

  private Values() {}

  public static String text(long value) {
    return value + ":" + "x".repeat((int) (value * 31 % PADDING_MAX));
  }

  /// The number that a text stands for; 0 for none, and one that nobody ever writes if it is torn.
  public static long number(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    try {
      int colon = text.indexOf(':');
      long value = Long.parseLong(colon < 0 ? text : text.substring(0, colon));
      return colon < 0 || text.equals(text(value)) ? value : NONSENSE;
    } catch (NumberFormatException e) {
      return NONSENSE;
    }
  }
}
