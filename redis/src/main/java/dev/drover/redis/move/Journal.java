package dev.drover.redis.move;

/// What was written to one watched key since it was last taken out. Guarded by its [ElementWatch].
interface Journal {
  /// Takes in a command that names the key, in the order in which the server did them.
  ///
  /// @return false if it may have written what it does not tell
  boolean note(MonitorLine line, byte[] key);

  boolean isEmpty();

  /// The journal of what is written from here on.
  Journal next();
}
