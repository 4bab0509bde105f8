package dev.drover.sim;

import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import java.util.ArrayList;
import java.util.List;

/// A request that a gateway has let through, until its homes have answered.
abstract sealed class Exchange permits Writing, Reading {
  final SimGateway gateway;
  private final List<Gate> adoptedBy = new ArrayList<>();
  private final List<Guard> guards = new ArrayList<>();

  /// @param routes by which it was let through
  Exchange(SimGateway gateway, List<Route> routes) {
    this.gateway = gateway;
    routes.forEach(route -> guards.add(route.guard()));
  }

  /// The partitions have changed meanwhile: it holds a pass of this gate as well, and counts only
  /// while that one's guard stands.
  final void adoptedBy(Gate gate) {
    gate.adopt(0);
    adoptedBy.add(gate);
    if (gateway.world.rules().adoptersGuard()) {
      guards.add(gate.route().guard());
    }
  }

  /// Whether its client may be told what its homes have answered.
  final boolean sure() {
    boolean sure = true;
    for (Guard guard : guards) {
      sure &= gateway.world.rules().mayAnswer(guard, gateway.serving(), gateway.nanos());
    }
    return sure;
  }

  /// Its homes have answered, or will not.
  final void over() {
    adoptedBy.forEach(gate -> gate.leave(0));
    adoptedBy.clear();
  }
}
