package dev.drover.core.fleet;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What the store says about all gateways and their receipts for one partition.
///
/// @param forgotten gateways whose leases an operator has ended, until they would have ended by
///   themselves
/// @param gatewaysRevision the store's revision as of which the gateways are all there, and none
///   that has gone by then
/// @param requests what gateways say keeps them from giving a receipt, those of other partitions
///   among it; for people, nothing is decided by it
public record FleetView(
    Map<GatewayId, Presence> gateways,
    Map<GatewayId, GivenReceipt> receipts,
    Set<GatewayId> forgotten,
    long gatewaysRevision,
    Map<GatewayId, List<RequestUnderWay>> requests) {
  public static final FleetView EMPTY = new FleetView(Map.of(), Map.of(), Set.of(), 0);

  public FleetView {
    gateways = Map.copyOf(gateways);
    receipts = Map.copyOf(receipts);
    forgotten = Set.copyOf(forgotten);
    requests = Map.copyOf(requests);
  }

  /// In which no gateway says anything of its requests.
  public FleetView(
      Map<GatewayId, Presence> gateways,
      Map<GatewayId, GivenReceipt> receipts,
      Set<GatewayId> forgotten,
      long gatewaysRevision) {
    this(gateways, receipts, forgotten, gatewaysRevision, Map.of());
  }

  /// One gateway as it has registered.
  ///
  /// @param longLease its long lease, empty if that has ended
  /// @param shortLease its short lease, empty if that has ended
  /// @param homes those that its configuration names
  public record Presence(
      GatewayMode mode, OptionalLong longLease, OptionalLong shortLease, Set<HomeId> homes) {
    public Presence {
      homes = Set.copyOf(homes);
    }

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
