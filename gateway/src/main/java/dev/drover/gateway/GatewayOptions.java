package dev.drover.gateway;

import dev.drover.core.Clocks;
import dev.drover.core.Engine;
import dev.drover.core.GatewayId;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.store.records.GatewayIdentity;

/// Who a gateway is.
///
/// @param engine whose partitions it serves, and no others
/// @param self what it says of itself when it registers
/// @param memory what it has seen of the store
/// @param stripes the number of threads that take passes
public record GatewayOptions(
    Engine engine,
    GatewayId id,
    GatewayMode mode,
    LeaseOptions leases,
    Self self,
    GatewayMemory memory,
    int stripes,
    Clocks clocks) {

  /// What a gateway says of itself when it registers.
  ///
  /// @param address where its clients connect, for people
  /// @param process what tells one run from the next, for people
  public record Self(String address, String process, GatewayIdentity identity) {}
}
