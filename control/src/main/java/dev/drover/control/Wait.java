package dev.drover.control;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// One thing that a move waits for, for people. `explain`, `status` and `abort` all show these.
///
/// @param what it waits for, as the words that follow "waits for"
/// @param sinceMillis since when, by the server's wall clock; -1 if that is not known
/// @param untilMillis when the wait ends at the latest; -1 if it has no limit of its own, or none
///   is known
/// @param then what happens at the limit, or what ends the wait; a clause, empty if nothing is to
///   be said
/// @param remedy how to end it now; a sentence, empty if nothing has to be done
public record Wait(String what, long sinceMillis, long untilMillis, String then, String remedy) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  static Wait of(String what) {
    return new Wait(what, -1, -1, "", "");
  }

  Wait since(long millis) {
    return new Wait(what, millis, untilMillis, then, remedy);
  }

  Wait until(long millis, String outcome) {
    return new Wait(what, sinceMillis, millis, outcome, remedy);
  }

  Wait remedy(String sentence) {
    return new Wait(what, sinceMillis, untilMillis, then, sentence);
  }

  /// All of it in one line.
  String text() {
    StringBuilder text = new StringBuilder(what);
    if (sinceMillis >= 0) {
      text.append(" (since ").append(time(sinceMillis)).append(')');
    }
    if (untilMillis >= 0) {
      text.append("; until ").append(time(untilMillis)).append(" at the latest");
    }
    if (!then.isEmpty()) {
      text.append(untilMillis >= 0 ? ", then " : "; ").append(then);
    }
    if (!remedy.isEmpty()) {
      text.append(". ").append(remedy);
    }
    return text.toString();
  }

  private static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault()));
  }
}
