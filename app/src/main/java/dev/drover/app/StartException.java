package dev.drover.app;

import org.jspecify.annotations.Nullable;

/// A process cannot start; the message says what is wrong and what to do.
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;
  private final boolean misconfigured;

  public StartException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private StartException(String message, @Nullable Throwable cause, boolean misconfigured) {
    super(message, cause);
    this.misconfigured = misconfigured;
  }

  /// What the configuration names cannot be used, such as a file that is not there.
  public static StartException misconfigured(String message, Throwable cause) {
    return new StartException(message, cause, true);
  }

  /// The exit code of a process that could not start.
  public int exit() {
    return misconfigured ? Launch.MISCONFIGURED : Launch.FAILED;
  }
}
