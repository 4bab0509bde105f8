package dev.drover.redis.gateway;

import org.jspecify.annotations.Nullable;

/// What a client has said of itself on its connection.
final class ClientState {
  /// Whether it speaks RESP3.
  boolean resp3;

  boolean authenticated;

  byte[] name = {};

  /// Whether it goes on only when all of its replies are there.
  boolean waitsForReplies;

  /// What was refused and would have changed the meaning of what follows; null if nothing was.
  @Nullable Unmet unmet;

  /// A command that was refused although its client may count on it.
  enum Unmet {
    MULTI("MULTI was refused", "EXEC, DISCARD or RESET"),
    SELECT("SELECT of another database was refused", "SELECT 0 or RESET"),
    REPLY("CLIENT REPLY was refused", "CLIENT REPLY ON or RESET"),
    ASKING("ASKING was refused", "this error"),
    HELLO("HELLO was refused", "another HELLO, AUTH or RESET");

    private final String what;
    private final String endedBy;

    Unmet(String what, String endedBy) {
      this.what = what;
      this.endedBy = endedBy;
    }

    byte[] refusal() {
      return Resp.error(
          "ERR nothing was done: "
              + what
              + " on this connection before, so this command would not mean what its client thinks;"
              + " "
              + endedBy
              + " ends this");
    }

    /// Whether the command is looked at all the same, because it may end this.
    boolean lets(CommandSpec spec) {
      return switch (spec.name()) {
        case "quit", "reset" -> true;
        case "exec", "discard" -> this == MULTI;
        case "select" -> this == SELECT;
        case "client|reply" -> this == REPLY;
        case "hello", "auth" -> this == HELLO;
        default -> false;
      };
    }
  }
}
