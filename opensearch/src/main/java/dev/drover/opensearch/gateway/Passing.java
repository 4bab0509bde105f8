package dev.drover.opensearch.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.opensearch.tenant.Locator;
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

  /// Where a request goes; empty if it is not passed through. What names several indices is passed
  /// only if each of them begins so.
  Optional<Placement> placement(List<String> path) {
    if (path.isEmpty()) {
      return Optional.empty();
    }
    return prefixes.stream()
        .filter(each -> Locator.passed(each.text()).atHome(path.getFirst()).isPresent())
        .findFirst()
        .map(each -> new Placement(each.home(), Locator.passed(each.text()).toString()));
  }

  /// The place of such a placement; empty if it is a tenant's.
  Optional<Locator> locator(Placement at) {
    return prefixes.stream()
        .map(each -> Locator.passed(each.text()))
        .filter(each -> each.toString().equals(at.locator()))
        .findFirst();
  }
}
