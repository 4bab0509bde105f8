package dev.drover.app;

import org.jspecify.annotations.Nullable;

/// A process cannot start; the message says what is wrong and what to do.
public final class StartException extends Exception {
  private static final long serialVersionUID = 1;

  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
