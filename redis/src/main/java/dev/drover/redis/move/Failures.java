package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.redis.wire.RespFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Says what a server's refusal means for a move.
final class Failures {
  private Failures() {}

  /// Whether the server has no room.
  static boolean full(RespFailure failure) {
    return RespFailure.code(failure.words()).equals("OOM");
  }

  /// Whether a command failed only because its key changed its type, went or came back between two
  /// pieces; then it is dirty, and done again.
  static boolean torn(String words) {
    return words.startsWith("WRONGTYPE")
        || words.startsWith("NOGROUP")
        || words.startsWith("BUSYGROUP")
        || words.startsWith("ERR no such key")
        || words.contains("ID specified in X")
        || words.contains("entries_added specified in XSETID")
        || words.contains("max_deleted_entry_id specified in XSETID");
  }

  /// See [#torn(String)], at the target.
  static final class Torn extends IOException {
    private static final long serialVersionUID = 1;

    Torn(String message) {
      super(message);
    }
  }

  static MoverException refused(RedisHome home, String words, @Nullable Throwable cause) {
    String advice =
        switch (RespFailure.code(words)) {
          case "OOM" -> "it is full: raise its maxmemory or free room, then move again";
          case "READONLY" -> "it is a replica: name its primary as the home";
          case "NOPERM" -> "Drover's user may not do this: widen its ACL rules";
          case "NOAUTH", "WRONGPASS" -> "user or password are wrong or missing";
          case "MOVED", "ASK", "CROSSSLOT", "CLUSTERDOWN" ->
              "it runs in cluster mode, which Drover does not move: name a standalone server";
          case "MISCONF" -> "it cannot persist and so refuses writes: see its log";
          default ->
              words.contains("DUMP payload version")
                  ? "it is older than the server that the value comes from"
                  : "the move cannot go on";
        };
    return new MoverException.Refused(home + " refused: " + words + " - " + advice, cause);
  }

  /// The fence at the target is not what this session has set, and not higher either: the target
  /// lost it, or somebody else is raising it. It has to be raised again, and everything compared.
  static final class FenceInDoubt extends IOException {
    private static final long serialVersionUID = 1;

    FenceInDoubt(String message) {
      super(message);
    }
  }
}
