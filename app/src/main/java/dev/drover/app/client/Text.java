package dev.drover.app.client;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import dev.drover.engine.Plugs;
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
    Json progress = move.get("progress");
    long total = progress.number("itemsTotal");
    return total <= 0 ? -1 : Math.min(100, 100 * progress.number("itemsDone") / total);
  }

  public static String bar(long percent) {
    int full = (int) (Math.max(0, percent) * BAR_CHARS / 100);
    return "[" + "#".repeat(full) + "-".repeat(BAR_CHARS - full) + "]";
  }

  /// What the entries of a move's partition are called: `keys`, say.
  public static String items(Json move) {
    return items(PartitionId.parse(move.text("partition")).engine());
  }

  /// The same, by the partition's engine.
  public static String items(Engine engine) {
    return Plugs.all().stream()
        .filter(plug -> plug.engine().equals(engine))
        .findFirst()
        .map(plug -> plug.traits().nouns().items())
        .orElse("entries");
  }

  /// A line for each thing that a move waits for.
  public static List<String> waits(Json move) {
    return move.items("waits").stream().map(wait -> wait.text("text")).toList();
  }

  /// One line on a move under way: phase, how far, how fast, what it waits for.
  public static String progress(Json move) {
    if (!move.has("progress")) {
      return "queued";
    }
    Json progress = move.get("progress");
    Json hold = move.get("hold");
    List<String> parts = new ArrayList<>();
    String phase = progress.text("phase");
    parts.add(
        progress.text("stage").toLowerCase(Locale.ROOT) + (phase.isEmpty() ? "" : ": " + phase));
    if (progress.number("itemsTotal") > 0) {
      parts.add(
          percent(move)
              + "% "
              + count(progress.number("itemsDone"))
              + "/"
              + count(progress.number("itemsTotal"))
              + " "
              + items(move));
    } else if (progress.number("itemsDone") > 0) {
      parts.add(count(progress.number("itemsDone")) + " " + items(move));
    }
    if (progress.real("itemsPerSecond") >= 1) {
      parts.add(count(Math.round(progress.real("itemsPerSecond"))) + "/s");
    }
    if (progress.number("remainingMillis") >= 1_000) {
      parts.add("eta " + progress.number("remainingMillis") / 1_000 + " s");
    }
    if (hold.has("lagItems")) {
      parts.add("lag " + count(hold.number("lagItems")));
    }
    if (hold.has("predictedMillis")) {
      parts.add("predicted pause " + hold.number("predictedMillis") + " ms");
    }
    if (hold.number("attempt") > 1) {
      parts.add("attempt " + hold.number("attempt"));
    }
    List<Json> waits = move.items("waits");
    if (!waits.isEmpty()) {
      parts.add("waits for " + waits.getFirst().text("what"));
    }
    return String.join("  ", parts);
  }
}
