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

  private Exit() {}
}
