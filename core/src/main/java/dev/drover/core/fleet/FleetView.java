package dev.drover.core.fleet;

import dev.drover.core.GatewayId;
import java.util.Map;
import java.util.OptionalLong;

/// What the store says about all gateways and their receipts for one partition.
///
/// @param gatewaysRevision the store's revision as of which the gateways are all there, and none
///   that has gone by then
public record FleetView(
    Map<GatewayId, Presence> gateways,
    Map<GatewayId, GivenReceipt> receipts,
    long gatewaysRevision) {
  public static final FleetView EMPTY = new FleetView(Map.of(), Map.of(), 0);

  public FleetView {
    gateways = Map.copyOf(gateways);
    receipts = Map.copyOf(receipts);
  }

  /// One gateway as it has registered.
  ///
  /// @param longLease its long lease, empty if that has ended
  /// @param shortLease its short lease, empty if that has ended
  public record Presence(GatewayMode mode, OptionalLong longLease, OptionalLong shortLease) {
    public OptionalLong lease(LeaseKind kind) {
      return switch (kind) {
        case LONG -> longLease;
        case SHORT -> shortLease;
      };
    }
  }

  /// "I have applied this epoch, and no write admitted before it is in flight."
  ///
  /// @param shortLease the lease under which it lives
  public record GivenReceipt(long epoch, long shortLease) {}
}
