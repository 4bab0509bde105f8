package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import java.util.List;
import java.util.Optional;

/// Indices of no tenant that are passed through to a cluster as they are.
///
/// @param prefixes how their names begin
public record Passing(List<Prefix> prefixes) {
  /// @param home where they are
  public record Prefix(String text, HomeId home) {}

  public Passing {
    prefixes = List.copyOf(prefixes);
  }

  /// Where a request goes; empty if it is not passed through. A name that could be several indices
  /// is passed only if each of them begins so.
  Optional<Placement> placement(List<String> path) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    for (Prefix prefix : prefixes) {
      boolean all =
          List.of(path.getFirst().split(",", -1)).stream()
              .allMatch(name -> name.startsWith(prefix.text()));
      if (all) {
        return Optional.of(new Placement(prefix.home(), "cluster"));
      }
    }
    return Optional.empty();
  }
}
