package dev.drover.core.fleet;

import dev.drover.core.GatewayId;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Proof.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A driver's wait for every gateway's receipt for one epoch (docs/design.md, C2), and for every
/// gateway to know the home to which the move goes (M9).
///
/// The gateways are listed after the compare-and-set that made the epoch. One of them counts as
/// done when its receipt is there, and as gone when the lease that matters is not the one under
/// which it was listed. Only a view that is not older than the list can say so: in an older one a
/// gateway is missing that had not registered yet.
///
/// @param kind the lease whose end lets a gateway be passed by: LONG in Draining, SHORT in Cutover
///   and Opening
/// @param target the home that every gateway has to know, whatever its mode; empty once the move is
///   past its commit
/// @param listedRevision the store's revision as of which the gateways were listed
/// @param awaited those still waited for, with the lease under which they were listed
/// @param unaware those whose configuration does not name the target
/// @param settled those no longer waited for
/// @param askedAtNanos when the epoch was made
/// @param doneAtNanos when the last one was settled; meaningless before [#done]
/// @param requests what gateways said last of the requests that keep them; for people
/// @param early the newest view that came before the list: a list that was asked for again and
///   again may be older than what the watch has told meanwhile, and it does not tell it again
public record FleetWait(
    long epoch,
    LeaseKind kind,
    Optional<HomeId> target,
    boolean listed,
    long listedRevision,
    Map<GatewayId, Long> awaited,
    Set<GatewayId> unaware,
    List<Receipt> settled,
    long askedAtNanos,
    long doneAtNanos,
    Map<GatewayId, List<RequestUnderWay>> requests,
    Optional<FleetView> early) {
  public FleetWait {
    awaited = Map.copyOf(awaited);
    unaware = Set.copyOf(unaware);
    settled = List.copyOf(settled);
    requests = Map.copyOf(requests);
  }

  /// The wait before the gateways are listed.
  public static FleetWait asked(
      long epoch, LeaseKind kind, Optional<HomeId> target, long nowNanos) {
    return new FleetWait(
        epoch,
        kind,
        target,
        false,
        0,
        Map.of(),
        Set.of(),
        List.of(),
        nowNanos,
        nowNanos,
        Map.of(),
        Optional.empty());
  }

  /// The gateways were listed after the epoch was made.
  public FleetWait listed(FleetView view, long nowNanos) {
    Map<GatewayId, Long> present = new TreeMap<>();
    view.gateways()
        .forEach(
            (gateway, presence) -> {
              OptionalLong lease = presence.lease(kind);
              if (presence.mode() == GatewayMode.LEASED && lease.isPresent()) {
                present.put(gateway, lease.getAsLong());
              }
            });
    List<Receipt> settledAlready = new ArrayList<>();
    // Also of one that is there again: it may be another process under the same name.
    for (GatewayId gateway : new TreeSet<>(view.forgotten())) {
      settledAlready.add(Receipt.forgotten(gateway, epoch, 0));
    }
    FleetWait wait =
        new FleetWait(
                epoch,
                kind,
                target,
                true,
                view.gatewaysRevision(),
                present,
                Set.of(),
                settledAlready,
                askedAtNanos,
                nowNanos,
                Map.of(),
                Optional.empty())
            .seen(view, nowNanos);
    return early.map(seen -> wait.seen(seen, nowNanos)).orElse(wait);
  }

  /// Something about the fleet has changed.
  public FleetWait seen(FleetView view, long nowNanos) {
    if (!listed) {
      return new FleetWait(
          epoch,
          kind,
          target,
          false,
          listedRevision,
          awaited,
          unaware,
          settled,
          askedAtNanos,
          doneAtNanos,
          view.requests(),
          Optional.of(view));
    }
    Map<GatewayId, Long> still = new TreeMap<>();
    List<Receipt> now = new ArrayList<>(settled);
    for (var each : new TreeMap<>(awaited).entrySet()) {
      GatewayId gateway = each.getKey();
      long lease = each.getValue();
      if (given(view, gateway, lease)) {
        now.add(Receipt.given(gateway, epoch, lease));
      } else if (gone(view, gateway, lease)) {
        now.add(
            view.forgotten().contains(gateway)
                ? Receipt.forgotten(gateway, epoch, lease)
                : Receipt.ended(gateway, epoch, lease));
      } else {
        still.put(gateway, lease);
      }
    }
    return new FleetWait(
        epoch,
        kind,
        target,
        true,
        listedRevision,
        still,
        old(view) ? unaware : unaware(view),
        now,
        askedAtNanos,
        awaited.isEmpty() ? doneAtNanos : nowNanos,
        view.requests(),
        Optional.empty());
  }

  /// Whether nobody is waited for any more.
  public boolean done() {
    return listed && awaited.isEmpty();
  }

  /// Whether every gateway knows the target.
  public boolean aware() {
    return listed && unaware.isEmpty();
  }

  /// The requests that keep a gateway from confirming, as far as it has told.
  public List<RequestUnderWay> requests(GatewayId gateway, PartitionId partition) {
    return requests.getOrDefault(gateway, List.of()).stream()
        .filter(request -> request.partition().equals(partition))
        .toList();
  }

  /// From making the epoch to the last receipt.
  public long nanos() {
    return doneAtNanos - askedAtNanos;
  }

  private Set<GatewayId> unaware(FleetView view) {
    if (target.isEmpty()) {
      return Set.of();
    }
    Set<GatewayId> found = new TreeSet<>();
    view.gateways()
        .forEach(
            (gateway, presence) -> {
              if (!presence.homes().contains(target.get())) {
                found.add(gateway);
              }
            });
    return found;
  }

  private boolean given(FleetView view, GatewayId gateway, long lease) {
    var receipt = view.receipts().get(gateway);
    return receipt != null
        && receipt.epoch() == epoch
        && (kind == LeaseKind.LONG || receipt.shortLease() == lease);
  }

  private boolean gone(FleetView view, GatewayId gateway, long lease) {
    var presence = view.gateways().get(gateway);
    if (old(view)) {
      return false;
    }
    return presence == null || presence.lease(kind).orElse(0) != lease;
  }

  private boolean old(FleetView view) {
    return view.gatewaysRevision() < listedRevision;
  }
}
