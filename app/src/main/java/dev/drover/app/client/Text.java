package dev.drover.app.client;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Numbers and moves in words.
public final class Text {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final int BAR_CHARS = 24;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssXXX").withZone(ZoneId.systemDefault());

  private Text() {}

  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  public static String millis(long nanos) {
    double millis = nanos / NANOS_PER_MILLI;
    return String.format(Locale.ROOT, millis < 100 ? "%.1f ms" : "%.0f ms", millis);
  }

  public static String bytes(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    double amount = bytes;
    for (String unit : List.of("KB", "MB", "GB")) {
      amount /= 1024;
      if (amount < 1024) {
        return String.format(Locale.ROOT, "%.1f %s", amount, unit);
      }
    }
    return String.format(Locale.ROOT, "%.1f TB", amount / 1024);
  }

  public static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }

  /// A moment, in the zone of whoever reads it, which is said.
  public static String time(long epochMillis) {
    return TIME.format(Instant.ofEpochMilli(epochMillis));
  }

  /// How far the copy is, 0 to 100; -1 if that is unknown.
  public static long percent(Json move) {
    long total = move.number("itemsTotal");
    return total <= 0 ? -1 : Math.min(100, 100 * move.number("itemsDone") / total);
  }

  public static String bar(long percent) {
    int full = (int) (Math.max(0, percent) * BAR_CHARS / 100);
    return "[" + "#".repeat(full) + "-".repeat(BAR_CHARS - full) + "]";
  }

  /// One line on a move under way: phase, how far, how fast, what it waits for.
  public static String progress(Json move) {
    if (!move.has("stage")) {
      return "queued";
    }
    List<String> parts = new ArrayList<>();
    String phase = move.text("phase");
    parts.add(move.text("stage").toLowerCase(Locale.ROOT) + (phase.isEmpty() ? "" : ": " + phase));
    if (move.number("itemsTotal") > 0) {
      parts.add(
          percent(move)
              + "% "
              + count(move.number("itemsDone"))
              + "/"
              + count(move.number("itemsTotal"))
              + " keys");
    } else if (move.number("itemsDone") > 0) {
      parts.add(count(move.number("itemsDone")) + " keys");
    }
    if (move.real("itemsPerSecond") >= 1) {
      parts.add(count(Math.round(move.real("itemsPerSecond"))) + "/s");
    }
    if (move.number("etaSeconds") > 0) {
      parts.add("eta " + move.number("etaSeconds") + " s");
    }
    if (move.number("lagItems") >= 0) {
      parts.add("lag " + count(move.number("lagItems")));
    }
    if (move.number("predictedPauseNanos") >= 0) {
      parts.add("predicted pause " + millis(move.number("predictedPauseNanos")));
    }
    if (move.number("attempt") > 1) {
      parts.add("attempt " + move.number("attempt"));
    }
    List<Json> waits = move.items("waits");
    if (!waits.isEmpty()) {
      parts.add("waits for " + waits.getFirst().text("what"));
    }
    return String.join("  ", parts);
  }
}
