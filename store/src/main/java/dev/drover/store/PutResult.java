package dev.drover.store;

import java.util.Optional;

/// The outcome of a compare-and-set.
public sealed interface PutResult {
  /// It was done, at this revision.
  record Applied(long version) implements PutResult {}

  /// Nothing was done: the key is not at the expected version.
  ///
  /// @param current what stands there instead, empty if the key is absent
  record Conflict(Optional<Entry> current) implements PutResult {}
}
