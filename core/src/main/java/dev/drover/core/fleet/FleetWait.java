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
/// @param listedRevision the store's revision as of which the gateways were listed; empty until
///   they are
/// @param gateways who is waited for, and who is not
/// @param span from when to when
/// @param requests what gateways said last of the requests that keep them; for people
/// @param early the newest view that came before the list: a list that was asked for again and
///   again may be older than what the watch has told meanwhile, and it does not tell it again
public record FleetWait(
    long epoch,
    LeaseKind kind,
    Optional<HomeId> target,
    OptionalLong listedRevision,
    Gateways gateways,
    Span span,
    Map<GatewayId, List<RequestUnderWay>> requests,
    Optional<FleetView> early) {
  public FleetWait {
    requests = Map.copyOf(requests);
  }

  /// Who is waited for, and who is not.
  ///
  /// @param awaited those still waited for, with the lease under which they were listed
  /// @param unaware those whose configuration does not name the target
  /// @param settled those no longer waited for
  public record Gateways(
      Map<GatewayId, Long> awaited, Set<GatewayId> unaware, List<Receipt> settled) {
    static final Gateways NONE = new Gateways(Map.of(), Set.of(), List.of());

    public Gateways {
      awaited = Map.copyOf(awaited);
      unaware = Set.copyOf(unaware);
      settled = List.copyOf(settled);
    }

    /// Those still waited for, and nothing else.
    public static Gateways awaited(Map<GatewayId, Long> awaited) {
      return new Gateways(awaited, Set.of(), List.of());
    }
  }

  /// A time.
  ///
  /// @param askedAtNanos when the epoch was made
  /// @param doneAtNanos when the last gateway was settled; meaningless before [#done]
  public record Span(long askedAtNanos, long doneAtNanos) {
    public static final Span NONE = new Span(0, 0);
  }

  /// The wait before the gateways are listed.
  public static FleetWait asked(
      long epoch, LeaseKind kind, Optional<HomeId> target, long nowNanos) {
    return new FleetWait(
        epoch,
        kind,
        target,
        OptionalLong.empty(),
        Gateways.NONE,
        new Span(nowNanos, nowNanos),
        Map.of(),
        Optional.empty());
  }

  /// Whether the gateways were listed.
  public boolean listed() {
    return listedRevision.isPresent();
  }

  public Map<GatewayId, Long> awaited() {
    return gateways.awaited();
  }

  public Set<GatewayId> unaware() {
    return gateways.unaware();
  }

  public List<Receipt> settled() {
    return gateways.settled();
  }

  public long askedAtNanos() {
    return span.askedAtNanos();
  }

  public long doneAtNanos() {
    return span.doneAtNanos();
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
                OptionalLong.of(view.gatewaysRevision()),
                new Gateways(present, Set.of(), settledAlready),
                new Span(askedAtNanos(), nowNanos),
                Map.of(),
                Optional.empty())
            .seen(view, nowNanos);
    return early.map(seen -> wait.seen(seen, nowNanos)).orElse(wait);
  }

  /// Something about the fleet has changed.
  public FleetWait seen(FleetView view, long nowNanos) {
    if (!listed()) {
      return new FleetWait(
          epoch, kind, target, listedRevision, gateways, span, view.requests(), Optional.of(view));
    }
    Map<GatewayId, Long> still = new TreeMap<>();
    List<Receipt> now = new ArrayList<>(settled());
    for (var each : new TreeMap<>(awaited()).entrySet()) {
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
        listedRevision,
        new Gateways(still, old(view) ? unaware() : unaware(view), now),
        awaited().isEmpty() ? span : new Span(askedAtNanos(), nowNanos),
        view.requests(),
        Optional.empty());
  }

  /// Whether nobody is waited for any more.
  public boolean done() {
    return listed() && awaited().isEmpty();
  }

  /// Whether every gateway knows the target.
  public boolean aware() {
    return listed() && unaware().isEmpty();
  }

  /// The requests that keep a gateway from confirming, as far as it has told.
  public List<RequestUnderWay> requests(GatewayId gateway, PartitionId partition) {
    return requests.getOrDefault(gateway, List.of()).stream()
        .filter(request -> request.partition().equals(partition))
        .toList();
  }

  /// From making the epoch to the last receipt.
  public long nanos() {
    return span.doneAtNanos() - span.askedAtNanos();
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
    return view.gatewaysRevision() < listedRevision.orElse(0);
  }
}
