package dev.drover.cli;

import org.jspecify.annotations.Nullable;

/// A command cannot do what it was asked: what is wrong, what to do, and the exit code.
final class Failure extends Exception {
  private static final long serialVersionUID = 1;
  private final int exit;
  private final String advice;

  Failure(int exit, String message, String advice, @Nullable Throwable cause) {
    super(message, cause);
    this.exit = exit;
    this.advice = advice;
  }

  int exit() {
    return exit;
  }

  /// What to do; may be empty.
  String advice() {
    return advice;
  }
}
