package dev.drover.app.client;

import org.jspecify.annotations.Nullable;

/// The server did not do what it was asked to. The message says what is wrong.
public final class ApiException extends Exception {
  private static final long serialVersionUID = 1;
  private final int status;

  ApiException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /// Whether nothing answered, so that nothing is known of what was asked.
  public boolean unreachable() {
    return status == 0;
  }

  /// Whether there is no such thing.
  public boolean absent() {
    return status == 404;
  }

  /// Whether the state of things does not allow it.
  public boolean conflict() {
    return status == 409;
  }

  /// The message; never absent.
  public String why() {
    return String.valueOf(getMessage());
  }
}
