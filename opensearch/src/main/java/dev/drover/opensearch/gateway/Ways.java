package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;

/// Chooses the [Way] of a request.
final class Ways {
  private Ways() {}

  static Way of(Lane lane, Plan.Forward plan) {
    Gate gate = plan.gate();
    return gate == null
        ? leased(lane, plan)
        : lane.serving()
            .records()
            .<Way>map(records -> new FreshWay(lane, records, gate, plan.write()))
            .orElseGet(() -> leased(lane, plan));
  }

  private static Way leased(Lane lane, Plan.Forward plan) {
    return new LeasedWay(lane, plan.gate(), plan.rest().orElse(null), plan.write());
  }
}
