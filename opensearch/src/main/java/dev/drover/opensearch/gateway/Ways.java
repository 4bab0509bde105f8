package dev.drover.opensearch.gateway;

import dev.drover.gateway.RecordReader;
import java.util.Optional;

/// Chooses the [Way] of a request.
final class Ways {
  private Ways() {}

  static Way of(Lane lane, Plan.Forward plan) {
    Optional<RecordReader> records = lane.serving().records();
    return switch (plan.to()) {
      case Plan.To.Passed passed -> new LeasedWay(lane, null, passed.at(), plan.write());
      case Plan.To.Tenant tenant ->
          records.isPresent()
              ? new FreshWay(lane, records.get(), tenant.gate(), plan.write())
              : new LeasedWay(lane, tenant.gate(), null, plan.write());
    };
  }
}
