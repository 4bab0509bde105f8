package dev.drover.redis.gateway;

/// What a command does to a home, and so what the gateway does with it. `commands.txt` says it of
/// each.
enum CommandKind {
  /// Changes nothing, so it takes no pass and can be asked again.
  READ,
  /// May change something.
  WRITE,
  /// Runs what its client has written, which may change something.
  SCRIPT,
  /// Runs what its client has written; the server refuses every write in it.
  SCRIPT_READ,
  /// Concerns the connection; the gateway answers it.
  LOCAL,
  /// Is refused, and changes what later commands of the connection mean.
  STATE,
  /// Is refused: it would block a connection that others share.
  BLOCKS,
  /// Is refused.
  REFUSED;

  boolean takesPass() {
    return this == WRITE || this == SCRIPT;
  }

  boolean isScript() {
    return this == SCRIPT || this == SCRIPT_READ;
  }
}
