package dev.drover.store.log;

import dev.drover.store.map.Mutation;

/// One change that the log tells of.
sealed interface Change {
  /// A change of the map.
  record Mutated(Mutation mutation) implements Change {}

  /// A lease was given its full time again.
  record Extended(long lease) implements Change {}
}
