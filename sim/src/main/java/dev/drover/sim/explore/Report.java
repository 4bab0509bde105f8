package dev.drover.sim.explore;

import java.util.List;
import java.util.Optional;

/// What an exploration has found.
///
/// @param states how many were visited
/// @param transitions how many steps lead from one to another
/// @param depth the number of steps to the state that is farthest from the start
/// @param ends how many of the states are ends: all at rest
/// @param seconds how long it took
/// @param whole whether it came to its end; else it was stopped at the limit of states
/// @param violation what is wrong, with the shortest way to it
public record Report(
    long states,
    long transitions,
    int depth,
    long ends,
    double seconds,
    boolean whole,
    Optional<Finding> violation) {
  /// @param path the steps to it from the start, in words
  public record Finding(String what, List<String> path) {
    public Finding {
      path = List.copyOf(path);
    }
  }

  /// How far an exploration is.
  ///
  /// @param frontier how many states are known and not expanded yet
  public record Progress(long states, long frontier, int depth) {}
}
