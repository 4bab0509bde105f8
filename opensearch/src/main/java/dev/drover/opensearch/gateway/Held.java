package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import org.jspecify.annotations.Nullable;

/// A request that may have to wait for its tenant's route.
interface Held {
  /// It waits until the gate's route changes; null for what is in no tenant. If it may not wait, it
  /// is refused.
  void hold(@Nullable Gate gate);

  /// It may not wait any longer. Nothing was done.
  void heldTooLong(String why);
}
