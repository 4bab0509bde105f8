package dev.drover.core.gate;

import java.util.List;
import java.util.Optional;

/// Passes of several gates at once, all or none (docs/design.md, G2).
public final class Gates {
  private Gates() {}

  /// Takes a pass of each gate.
  ///
  /// @param sorted by partition, without duplicates
  /// @return the routes in the same order; or empty if one does not admit, and then no pass was
  ///   kept: wait for that gate and try again
  public static Optional<List<Route>> admitAll(List<Gate> sorted, int stripe, long nowNanos) {
    Route[] routes = new Route[sorted.size()];
    for (int i = 0; i < routes.length; i++) {
      Route route = sorted.get(i).admit(stripe, nowNanos);
      if (route == null) {
        leaveAll(sorted.subList(0, i), stripe);
        return Optional.empty();
      }
      routes[i] = route;
    }
    return Optional.of(List.of(routes));
  }

  public static void leaveAll(List<Gate> gates, int stripe) {
    for (Gate gate : gates) {
      gate.leave(stripe);
    }
  }
}
