package dev.drover.engine.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations, sizes and rates as people write them: `500ms`, `64MB`, `50000/s`, `20MB/s`.
///
/// Sizes are powers of two: 1 KB is 1,024 bytes.
public final class Units {
  private static final Pattern AMOUNT =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([a-zA-Z]*)");

  private Units() {}

  /// How fast a copy may be.
  ///
  /// @param itemsPerSecond 0 for no limit
  /// @param bytesPerSecond 0 for no limit
  public record Rate(long itemsPerSecond, long bytesPerSecond) {
    public static final Rate UNLIMITED = new Rate(0, 0);
  }

  /// @throws IllegalArgumentException saying what is wrong
  public static Duration duration(String text) {
    Matcher amount = AMOUNT.matcher(text.strip());
    if (amount.matches()) {
      double nanosPer =
          switch (amount.group(2)) {
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m", "min" -> 60e9;
            case "h" -> 3_600e9;
            case "d" -> 86_400e9;
            default -> -1;
          };
      double nanos = Double.parseDouble(amount.group(1)) * nanosPer;
      if (nanos >= 0 && nanos < Long.MAX_VALUE) {
        return Duration.ofNanos(Math.round(nanos));
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a duration: write it like 500ms, 3s, 10m or 1h");
  }

  /// Bytes.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static long size(String text) {
    Matcher amount = AMOUNT.matcher(text.strip());
    if (amount.matches()) {
      double per =
          switch (amount.group(2).toUpperCase(Locale.ROOT)) {
            case "", "B" -> 1;
            case "K", "KB", "KIB" -> 1L << 10;
            case "M", "MB", "MIB" -> 1L << 20;
            case "G", "GB", "GIB" -> 1L << 30;
            default -> -1;
          };
      double bytes = Double.parseDouble(amount.group(1)) * per;
      if (bytes >= 0 && bytes < Long.MAX_VALUE) {
        return Math.round(bytes);
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a size: write it like 512KB, 64MB or 2GB");
  }

  /// Items or bytes a second; `unlimited` for none.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  public static Rate rate(String text) {
    String plain = text.strip();
    if (plain.equals("unlimited")) {
      return Rate.UNLIMITED;
    }
    if (plain.endsWith("/s")) {
      String amount = plain.substring(0, plain.length() - 2).strip();
      if (amount.matches("[1-9]\\d{0,15}")) {
        return new Rate(Long.parseLong(amount), 0);
      }
      if (amount.matches("[\\d.]+\\s*[kKmMgG]?[bB]")
          || amount.matches("[\\d.]+\\s*[kKmMgG]i[bB]")) {
        return new Rate(0, Math.max(1, size(amount)));
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a rate: write it like 50000/s (keys), 20MB/s or unlimited");
  }

  /// A duration as this class reads it, in its largest whole unit.
  public static String text(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      long seconds = nanos / 1_000_000_000;
      return seconds != 0 && seconds % 3600 == 0
          ? seconds / 3600 + "h"
          : seconds != 0 && seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
    return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos / 1_000 + "us";
  }
}
