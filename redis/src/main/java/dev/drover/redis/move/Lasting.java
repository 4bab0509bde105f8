package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/// What is known of a key that cannot have gone as a whole and come back: a server does not show to
/// MONITOR that it evicts a key, or that a key's time is over. A list or a string that was gone may
/// be as long as before.
///
/// What was made shorter-lived before a journal began shows if this is read again after that.
///
/// @param evicted how many keys the server has evicted
/// @param commands how many commands it has done: fewer than before means that somebody has set its
///   statistics to 0
/// @param millisLeft until the key expires; negative if it does not
/// @param atNanos when this was read
record Lasting(long evicted, long commands, long millisLeft, long atNanos) {
  /// Between two looks, and shorter than a key may have to live at the first one.
  private static final long NANOS_MAX = TimeUnit.MINUTES.toNanos(5);

  private static final long LEFT_MILLIS_MIN = TimeUnit.MINUTES.toMillis(6);
  private static final long FAR_MILLIS = TimeUnit.MINUTES.toMillis(10);

  static Lasting read(RespConnection source, byte[] key, long nowNanos) throws IOException {
    source.send("PTTL", key).send("INFO", "stats").flush();
    long left = source.answered().number();
    Map<String, String> info = ServerInfo.fields(source.answered().text());
    return new Lasting(
        Long.parseLong(info.getOrDefault("evicted_keys", "-1")),
        Long.parseLong(info.getOrDefault("total_commands_processed", "0")),
        left,
        nowNanos);
  }

  /// Whether the key has been there all the time since `before`, as long as no command has made its
  /// life shorter that [#allows] does not.
  boolean since(Lasting before) {
    return before.isLong()
        && isLong()
        && evicted == before.evicted
        && commands >= before.commands
        && atNanos - before.atNanos < NANOS_MAX;
  }

  private boolean isLong() {
    return evicted >= 0 && (millisLeft == -1 || millisLeft >= LEFT_MILLIS_MIN);
  }

  /// Whether a command changes nothing of a key but how long it lives, and lets it live for long
  /// enough.
  static boolean allows(MonitorLine line) {
    return switch (line.name()) {
      case "persist" -> true;
      case "expire" -> isFar(line.words(), 1_000);
      case "pexpire" -> isFar(line.words(), 1);
      default -> false;
    };
  }

  private static boolean isFar(List<byte[]> words, long unitMillis) {
    OptionalLong units = words.size() < 3 ? OptionalLong.empty() : MonitorLine.number(words.get(2));
    return units.isPresent() && units.getAsLong() >= FAR_MILLIS / unitMillis;
  }
}
