package dev.drover.engine.torture;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A connection to a home, past all gateways.
public interface HomeInspector extends AutoCloseable {
  /// Writes registers of one partition where it is at first.
  ///
  /// @param values one for each key
  void fill(List<KeyName> keys, List<Long> values) throws IOException;

  /// Writes something that is in no partition; nothing if the engine keeps no such thing.
  void writeOutside() throws IOException;

  /// What stands at a key: the value, the count, or the elements; empty if nothing does.
  ///
  /// @param locator where the key's partition is at this home
  Optional<long[]> read(KeyName key, String locator) throws IOException;

  /// How many times a key stands at this home.
  ///
  /// @param but where it is not looked for
  long copies(KeyName key, Optional<String> but) throws IOException;

  /// How many entries of a partition stand here.
  long entries(String partition) throws IOException;

  /// The same of what was set aside of a move.
  long setAside(String move) throws IOException;

  /// Changes entries of a partition that clients use: the check must find it.
  ///
  /// @return how many
  int harm(String partition) throws IOException;

  @Override
  void close();
}
