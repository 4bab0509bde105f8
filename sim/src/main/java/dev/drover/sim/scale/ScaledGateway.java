package dev.drover.sim.scale;

import dev.drover.core.GatewayId;
import dev.drover.core.Ownership;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.FleetView.Presence;
import dev.drover.core.fleet.GatewayControl;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.fleet.GatewayMode;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.fleet.Sessions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongConsumer;

/// One gateway on a machine of its own: the control of `core`, on which each record and each answer
/// costs time. Its leases never end.
final class ScaledGateway implements GatewayControl.Shell {
  private static final Duration FOREVER = Duration.ofDays(300);

  private final Clockwork time;
  private final Costs.Gateways costs;
  private final QueuedStore store;
  private final GatewayId id;
  private final long lease;
  private final Workers own;
  private final RouteListener routes = RouteListener.withoutData(() -> {});
  private final GatewayControl control;
  private final LongConsumer pauses;
  private final Map<PartitionId, Long> heldSince = new HashMap<>();
  private final List<Found> all;

  /// @param all the partitions that will move
  /// @param pauses told how long writes were held here
  ScaledGateway(
      Clockwork time,
      Costs.Gateways costs,
      QueuedStore store,
      int number,
      List<Found> all,
      LongConsumer pauses) {
    this.time = time;
    this.costs = costs;
    this.store = store;
    this.id = new GatewayId("g" + number);
    this.lease = number + 1L;
    this.own = new Workers(time, 1);
    this.all = all;
    this.pauses = pauses;
    LeaseOptions options = new LeaseOptions(FOREVER, FOREVER, Duration.ofSeconds(1), 0.1);
    this.control = new GatewayControl(options, 1, new Sessions(options), this);
    store.register(
        id,
        new Presence(
            GatewayMode.LEASED,
            OptionalLong.of(lease),
            OptionalLong.of(lease),
            Set.of(Scale.FROM, Scale.TO)));
    store.followRecords(this::told);
    control.start(time.now());
  }

  private void told(Partition partition, long version) {
    own.work(costs.record(), () -> seen(partition, version));
  }

  private void seen(Partition partition, long version) {
    if (partition.ownership() instanceof Ownership.Cutover) {
      heldSince.putIfAbsent(partition.id(), time.nanos());
    }
    control.changed(Found.of(partition, version), time.now());
    if (partition.writes().isPresent()) {
      Long since = heldSince.remove(partition.id());
      if (since != null) {
        pauses.accept(time.nanos() - since);
      }
    }
  }

  @Override
  public void takeLeases(boolean takeLong, boolean takeShort, int attempt) {
    List<Taken> taken =
        List.of(
            new Taken(LeaseKind.LONG, lease, time.nanos()),
            new Taken(LeaseKind.SHORT, lease, time.nanos()));
    time.in(0, () -> control.leasesTaken(taken, attempt, time.now()));
  }

  @Override
  public void register(int attempt) {
    time.in(0, () -> control.registered(attempt, time.now()));
  }

  @Override
  public void readAll(boolean anew, int attempt) {
    time.in(0, () -> control.routesRead(all, anew, attempt, time.now()));
  }

  @Override
  public void giveReceipt(PartitionId partition, long epoch, long shortLease) {
    GivenReceipt receipt = new GivenReceipt(epoch, shortLease);
    store.putReceipt(
        partition, id, receipt, () -> control.receiptEnded(partition, receipt, true, time.now()));
  }

  @Override
  public void reopen(Partition next, long expectedVersion) {
    throw new IllegalStateException("no hold lasts that long here: " + next);
  }

  /// The last write in flight has been answered a while after the gate was closed.
  @Override
  public void quiet(PartitionId partition, long epoch) {
    time.in(time.drawn(costs.inFlight()), () -> control.quiet(partition, epoch, time.now()));
  }

  @Override
  public RouteListener routes() {
    return routes;
  }
}
