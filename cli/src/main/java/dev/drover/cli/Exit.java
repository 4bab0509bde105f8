package dev.drover.cli;

/// The exit codes of `drover`.
final class Exit {
  static final int OK = 0;

  /// It was refused, or it failed.
  static final int FAILED = 1;

  /// The command line or the configuration cannot be used.
  static final int USAGE = 2;

  /// The server cannot be reached; nothing is known of what was asked.
  static final int UNREACHABLE = 3;

  /// It is so already, and nothing was done.
  static final int ALREADY = 4;

  /// The command has stopped waiting; the move goes on.
  static final int WAITED = 5;

  /// It was done, and what it printed could not be written.
  static final int UNWRITTEN = 6;

  /// Ctrl-C, or another signal that ends commands.
  static final int INTERRUPTED = 130;

  /// Whoever read the output has gone away, as other programs end then.
  static final int READER_GONE = 141;

  private Exit() {}
}
