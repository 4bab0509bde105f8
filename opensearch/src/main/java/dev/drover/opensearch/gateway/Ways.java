package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.gateway.RecordReader;
import java.util.Optional;

/// Chooses the [Way] of a request.
final class Ways {
  private Ways() {}

  static Way of(Lane lane, Plan.Forward plan) {
    Gate gate = plan.gate();
    Optional<RecordReader> records = lane.serving().records();
    return gate != null && records.isPresent()
        ? new FreshWay(lane, records.get(), gate, plan.write())
        : new LeasedWay(lane, gate, plan.rest().orElse(null), plan.write());
  }
}
