package dev.drover.redis.wire;

import java.util.HashMap;
import java.util.Map;

/// The answer to `INFO`: lines of `FIELD:VALUE`, and headings.
public final class ServerInfo {
  private ServerInfo() {}

  /// Its fields.
  public static Map<String, String> fields(String text) {
    Map<String, String> all = new HashMap<>();
    text.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                all.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    return all;
  }
}
