package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.Map;
import java.util.Set;

/// What a [Fence] needs of a home. Each is done by the home at once, or not at all.
interface FenceHome {
  /// Adds an alias to each of some indices.
  ///
  /// @param byIndex the alias of each
  void add(Map<String, String> byIndex) throws HomeFailure, InterruptedException;

  /// Puts the term there, unless a higher one is.
  ///
  /// @throws MoverException.Fenced if a higher one is
  void raise(long term) throws HomeFailure, MoverException, InterruptedException;

  /// The highest term that was seen.
  long highest() throws HomeFailure, InterruptedException;

  /// All aliases that drivers of this tenant write through.
  Set<Name> names() throws HomeFailure, InterruptedException;

  /// Takes aliases away; returns once every node knows.
  void remove(Set<Name> names) throws HomeFailure, InterruptedException;

  /// The marks of this tenant's writes that are under way.
  Set<String> underWay() throws HomeFailure, InterruptedException;

  /// An alias of an index.
  record Name(String index, String alias) {}
}
