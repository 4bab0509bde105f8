package dev.drover.redis.wire;

import java.net.ProtocolException;

/// The server refused a command; the connection goes on working. The message is the server's own.
public final class RespFailure extends ProtocolException {
  private static final long serialVersionUID = 1;

  private final String endpoint;

  /// @param endpoint which server, empty if that is not known here
  public RespFailure(String endpoint, String message) {
    super(message);
    this.endpoint = endpoint;
  }

  public String endpoint() {
    return endpoint;
  }

  /// The server's own words.
  public String words() {
    return java.util.Objects.requireNonNullElse(getMessage(), "");
  }

  /// Whether the server will answer again by itself in a while.
  public boolean passes() {
    return passes(words());
  }

  /// See [#passes()].
  public static boolean passes(String words) {
    return switch (code(words)) {
      case "LOADING", "MASTERDOWN", "BUSY", "TRYAGAIN" -> true;
      default -> false;
    };
  }

  /// The first word, such as `OOM` or `NOPERM`.
  public static String code(String message) {
    int space = message.indexOf(' ');
    return space < 0 ? message : message.substring(0, space);
  }
}
