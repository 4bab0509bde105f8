package dev.drover.gateway.net;

import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// Partitions come and go while requests are under way. A write that was let through as one of the
/// outer partition, or of none, may be one of a new partition, and a driver that moves that one has
/// to wait for it. So each request that is under way takes a pass of each gate whose partition may
/// be its own now. A driver does not wait for a gateway whose lease has ended. So its client is
/// answered only while that gate's guard stands as well.
final class Adoption {
  private Adoption() {}

  /// Called before any of the gates can be closed and quiet. Must not block: until an event loop
  /// has looked at its requests, it holds a pass of each gate itself.
  static void of(List<LoopParts> loops, Collection<Gate> gates) {
    if (gates.isEmpty()) {
      return;
    }
    // The guards of now: later ones do not break when the partition leaves the home of now.
    List<Adopter> adopters =
        gates.stream().map(gate -> new Adopter(gate, gate.route().guard())).toList();
    for (LoopParts parts : loops) {
      Loop loop = parts.loop();
      gates.forEach(gate -> gate.adopt(loop.stripe()));
      loop.execute(
          () -> {
            for (Exchange each : underWay(parts)) {
              adopters.forEach(by -> each.adoptedBy(by.gate(), by.guard(), loop));
            }
            gates.forEach(gate -> gate.leave(loop.stripe()));
          });
    }
  }

  /// @param guard of the gate's route when the partitions changed
  private record Adopter(Gate gate, Guard guard) {}

  private static Set<Exchange> underWay(LoopParts parts) {
    Set<Exchange> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Upstream upstream : parts.upstreams().all()) {
      upstream.pending().forEach(leg -> all.add(leg.exchange()));
    }
    return all;
  }
}
