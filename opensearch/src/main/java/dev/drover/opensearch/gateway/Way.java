package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.gateway.net.Admission;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a request may go.
///
/// @param gate its tenant's; null for what is in no tenant, or asks for what has not moved with it
/// @param rest where it goes without a gate
/// @param write whether it needs a pass
record Way(Lane lane, @Nullable Gate gate, @Nullable Placement rest, boolean write) {
  /// Where it goes now; null if it has to wait.
  @Nullable Placement route() {
    long nowNanos = lane.loop().nanos();
    Gate of = gate;
    if (of == null) {
      Guard guard = lane.serving().rest();
      return guard != null && guard.stands(nowNanos) ? rest : null;
    }
    Route now = of.route();
    Placement home = write ? now.writes() : now.reads();
    return home != null && now.guard().stands(nowNanos) ? home : null;
  }

  /// Lets it through to a home.
  ///
  /// @return null if it has to wait, or would go elsewhere; then no pass is held
  @Nullable Admission admission(Placement home) {
    Gate of = gate;
    Guard guard = lane.serving().rest();
    Admission way =
        of != null
            ? Admission.of(lane.loop(), write, of)
            : guard == null
                ? null
                : Admission.atRest(lane.loop(), guard, Objects.requireNonNull(rest));
    if (way != null && !way.to().equals(home)) {
      way.giveBack(lane.loop());
      return null;
    }
    return way;
  }
}
