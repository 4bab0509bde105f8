package dev.drover.engine.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What runs a home, as a process on loopback.
public interface HomeProgram {
  /// The command.
  ///
  /// @param data where it may keep its data
  List<String> command(int port, Path data, Durability durability);

  /// Whether a home serves at a port.
  ///
  /// @throws IOException if nothing answers there yet
  boolean serves(int port) throws IOException;

  /// What of its writes a home has to keep when it is killed.
  enum Durability {
    /// None of them.
    NONE,
    /// All that it has answered: it syncs each of them first. So what it loses in a kill is not its
    /// to lose.
    SYNCED
  }
}
