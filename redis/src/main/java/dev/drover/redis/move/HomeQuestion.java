package dev.drover.redis.move;

import dev.drover.redis.wire.RespConnection;
import dev.drover.redis.wire.RespFailure;
import dev.drover.redis.wire.ServerInfo;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Asks a home whether it is there, and how it keeps what it holds.
public final class HomeQuestion {
  private static final int MILLIS_MAX = 1_000;

  private static final List<String> LOGIN = List.of("NOAUTH", "WRONGPASS", "ERR AUTH");

  private HomeQuestion() {}

  /// A home is there, and does not let Drover in.
  public static final class LoginRefused extends IOException {
    private static final long serialVersionUID = 1;

    LoginRefused(String words) {
      super(words);
    }
  }

  /// What would be lost if the server died now, in its own words (`INFO persistence`). A server
  /// that refuses to say is there all the same.
  ///
  /// @throws LoginRefused if it does not let Drover in
  /// @throws IOException if nobody answers
  public static String ask(RedisHome home) throws IOException {
    try (RespConnection connection = RespConnection.open(home.endpoint(MILLIS_MAX, MILLIS_MAX))) {
      Map<String, String> info = ServerInfo.fields(connection.call("INFO", "persistence").text());
      long keys = connection.call("DBSIZE").number();
      return words(keys, info);
    } catch (RespFailure e) {
      if (LOGIN.stream().anyMatch(e.words()::startsWith)) {
        throw new LoginRefused(e.words());
      }
      return "does not say how it keeps what it holds (" + e.words() + ")";
    }
  }

  private static String words(long keys, Map<String, String> info) {
    String saved =
        "%s changes since the last snapshot"
            .formatted(info.getOrDefault("rdb_changes_since_last_save", "?"));
    return info.getOrDefault("aof_enabled", "0").equals("1")
        ? "%,d keys, an append-only file (its last write: %s), %s"
            .formatted(keys, info.getOrDefault("aof_last_write_status", "?"), saved)
        : "%,d keys, no append-only file, %s: so many are lost if it dies".formatted(keys, saved);
  }
}
