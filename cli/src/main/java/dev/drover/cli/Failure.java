package dev.drover.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A command cannot do what it was asked: what is wrong, what to do, and the exit code.
final class Failure extends Exception {
  private static final long serialVersionUID = 1;
  private final int exit;
  private final String advice;
  private final transient Map<String, String> more;

  Failure(int exit, String message, String advice, @Nullable Throwable cause) {
    this(exit, message, advice, Map.of(), cause);
  }

  Failure(
      int exit,
      String message,
      String advice,
      Map<String, String> more,
      @Nullable Throwable cause) {
    super(message, cause);
    this.exit = exit;
    this.advice = advice;
    this.more = Map.copyOf(more);
  }

  int exit() {
    return exit;
  }

  /// What to do; may be empty.
  String advice() {
    return advice;
  }

  /// What else scripts may want to know.
  Map<String, String> more() {
    return more;
  }
}
