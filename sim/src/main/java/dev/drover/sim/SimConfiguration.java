package dev.drover.sim;

import dev.drover.core.HomeId;
import dev.drover.core.Placement;
import dev.drover.store.records.GatewayIdentity;
import dev.drover.store.records.KnownHome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A gateway's configuration: all homes, or all but one.
final class SimConfiguration {
  private final World world;
  private @Nullable HomeId missing;

  SimConfiguration(World world) {
    this.world = world;
  }

  void misses(@Nullable SimHome home) {
    missing = home == null ? null : home.id();
  }

  boolean missesNothing() {
    return missing == null;
  }

  /// Whether requests for a placement are refused.
  boolean unknown(@Nullable Placement at) {
    return at != null && at.home().equals(missing);
  }

  GatewayIdentity identity(String name, Duration longLease) {
    return new GatewayIdentity(
        name,
        longLease.toMillis(),
        world.homes().stream()
            .map(SimHome::id)
            .filter(home -> !home.equals(missing))
            .map(home -> KnownHome.at(home, home.value()))
            .toList(),
        "");
  }
}
