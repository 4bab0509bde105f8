package dev.drover.core.fleet;

import dev.drover.core.PartitionId;
import java.util.Locale;

/// A client's request that holds a pass at a closed gate, as its gateway tells it: for as long as
/// it is under way, the gateway cannot give its receipt.
///
/// @param partition whose pass it holds
/// @param client its address, for people
/// @param command what was asked, without its arguments
/// @param item the first item that it names, for people; empty if the gateway did not keep it
/// @param ageMillis since it was admitted, when it was told
/// @param endsInMillis when the gateway ends it at the latest, counted as `ageMillis` is; -1 if
///   that is not known
/// @param limit what ends it then, as a clause; empty if nothing is known to
/// @param remedy how to end it now, as a sentence; empty if nothing is known
public record RequestUnderWay(
    PartitionId partition,
    String client,
    String command,
    String item,
    long ageMillis,
    long endsInMillis,
    String limit,
    String remedy) {
  public static final int TEXT_CHARS_MAX = 300;

  public RequestUnderWay {
    client = cut(client);
    command = cut(command);
    item = cut(item);
    limit = cut(limit);
    remedy = cut(remedy);
  }

  /// For people: whose request it is, which, and how old.
  public String words() {
    return String.format(
        Locale.ROOT,
        "client %s: %s%s, %.1f s old",
        client,
        command,
        item.isEmpty() ? "" : " " + item,
        ageMillis / 1e3);
  }

  private static String cut(String text) {
    return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX) + "…";
  }
}
