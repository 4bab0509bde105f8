package dev.drover.core.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Barrier;
import dev.drover.core.Budget;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.Moment;
import dev.drover.core.Move;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.SourceFence;
import dev.drover.core.Transition;
import dev.drover.core.fleet.FleetView.GivenReceipt;
import dev.drover.core.fleet.GatewayControl.Found;
import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.mover.MoverOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GatewayControlTest {
  private static final PartitionId P = new PartitionId(Engine.FIRST, "p:");
  private static final Moment NOW = new Moment(0, 0);

  private final Sessions sessions = new Sessions(LeaseOptions.DEFAULT);
  private final Outside outside = new Outside();
  private final GatewayControl control =
      new GatewayControl(LeaseOptions.DEFAULT, 1, sessions, outside);

  @Test
  void aRecordThatDoesNotCheckIsNotServedUntilItDoesAgain() {
    join();
    assertThat(outside.gate().admit(0, 0)).isNotNull();
    outside.gate().leave(0);

    control.changed(Found.corrupt(P, 2, "the checksum differs"), NOW);
    assertThat(outside.gate().admit(0, 0)).isNull();
    assertThat(outside.gate().admitRead(0)).isNull();
    assertThat(control.problems()).containsEntry(P, "the checksum differs");

    control.changed(Found.of(partition(), 3), NOW);
    assertThat(outside.gate().admit(0, 0)).isNotNull();
    assertThat(outside.gate().admitRead(0)).isNotNull();
    assertThat(control.problems()).isEmpty();
  }

  @Test
  void whatWasReadForSessionsThatWereReplacedMeanwhileSaysNothing() {
    control.start(NOW);
    take();
    control.registered(outside.attempt, NOW);
    int before = outside.attempt;
    control.leaseEnded(LeaseKind.LONG, NOW);
    control.routesRead(List.of(Found.of(partition(), 1)), true, before, NOW);
    assertThat(outside.gates).isEmpty();
    assertThat(sessions.longSession().holds(0)).isFalse();
  }

  /// What is under way as another partition's is answered only while that guard stands: it has to
  /// break as those of the new partition's own requests do.
  @Test
  void aGateIsAddedWithTheGuardThatItsFirstRequestsGet() {
    join();
    PartitionId inner = new PartitionId(Engine.FIRST, "p:in:");
    Partition made = Partition.at(inner, partition().ownership().reads(), new Hlc(1, 0));
    control.changed(Found.of(made, 9), NOW);
    assertThat(Objects.requireNonNull(outside.gates.get(inner)).route().guard())
        .isSameAs(outside.addedWith.get(inner));
  }

  /// A gateway that registers under one lease and gives receipts under another would never be
  /// waited for, or for ever.
  @Test
  void anAnswerToAnAttemptThatWasFollowedByAnotherSaysNothing() {
    control.start(NOW);
    int first = outside.attempt;
    take();
    int registering = outside.attempt;
    control.leaseEnded(LeaseKind.SHORT, NOW);
    int second = outside.attempt;
    control.leaseEnded(LeaseKind.SHORT, NOW);
    assertThat(outside.attempt).as("one lease of a kind is taken at a time").isEqualTo(second);

    control.registered(registering, NOW);
    control.leasesTaken(List.of(new Taken(LeaseKind.SHORT, 3, 0)), first, NOW);
    assertThat(control.membership()).isEqualTo(new Membership.Leasing(false, true));
    control.leasesTaken(List.of(new Taken(LeaseKind.SHORT, 4, 0)), second, NOW);
    assertThat(sessions.registering(LeaseKind.SHORT).lease()).isEqualTo(4);
  }

  /// The receipt goes with its lease, and the driver waits for one under the new lease.
  @Test
  void aReceiptUnderALeaseThatWasReplacedMeanwhileIsGivenAgain() {
    join();
    control.changed(Found.of(draining(), 2), NOW);
    GivenReceipt old = outside.receipts.getLast();
    assertThat(old).isEqualTo(new GivenReceipt(1, 2));

    control.leaseEnded(LeaseKind.SHORT, NOW);
    control.leasesTaken(List.of(new Taken(LeaseKind.SHORT, 7, 0)), outside.attempt, NOW);
    control.registered(outside.attempt, NOW);
    control.routesRead(List.of(Found.of(draining(), 2)), true, outside.attempt, NOW);
    control.receiptEnded(P, old, true, NOW);
    outside.receipts.clear();
    long later = Duration.ofSeconds(1).toNanos();
    control.wake(new Moment(later, 0));
    assertThat(outside.receipts).contains(new GivenReceipt(1, 7));

    control.receiptEnded(P, new GivenReceipt(1, 7), true, new Moment(later, 0));
    outside.receipts.clear();
    control.wake(new Moment(2 * later, 0));
    assertThat(outside.receipts).isEmpty();
  }

  @Test
  void aPartitionWhoseRecordWasNeverReadIsKeptClosedUntilItIs() {
    join();
    PartitionId damaged = new PartitionId(Engine.FIRST, "damaged:");
    control.changed(Found.corrupt(damaged, 3, "its CRC32C is wrong"), NOW);
    Gate gate = Objects.requireNonNull(outside.gates.get(damaged), "the data path knows it");
    assertThat(gate.admit(0, 0)).isNull();
    assertThat(gate.admitRead(0)).isNull();

    control.changed(
        Found.of(Partition.at(damaged, new Placement(new HomeId("a"), "damaged:"), Hlc.ZERO), 4),
        NOW);
    assertThat(outside.gates.get(damaged)).isSameAs(gate);
    assertThat(gate.admitRead(0)).isNotNull();

    control.changed(Found.corrupt(damaged, 5, "its CRC32C is wrong"), NOW);
    assertThat(gate.admitRead(0)).isNull();
    control.removed(damaged);
    assertThat(outside.gates).doesNotContainKey(damaged);
  }

  private void join() {
    control.start(NOW);
    take();
    control.registered(outside.attempt, NOW);
    control.routesRead(List.of(Found.of(partition(), 1)), true, outside.attempt, NOW);
  }

  private void take() {
    control.leasesTaken(
        List.of(new Taken(LeaseKind.LONG, 1, 0), new Taken(LeaseKind.SHORT, 2, 0)),
        outside.attempt,
        NOW);
  }

  private static Partition draining() {
    Move move =
        Move.begun(
            new MoveId("m"),
            new ControllerId("c"),
            new Move.Plan(
                Budget.DEFAULT,
                Barrier.RECEIPTS,
                MoverOptions.DEFAULT,
                SourceFence.OUTSIDERS,
                List.of()),
            List.of(),
            Hlc.ZERO);
    return ((Transition.Granted)
            Transition.begin(
                partition(), new Placement(new HomeId("b"), "p:"), move, new Hlc(1, 0)))
        .next();
  }

  private static Partition partition() {
    return Partition.at(P, new Placement(new HomeId("a"), "p:"), Hlc.ZERO);
  }

  /// Does nothing but note what it is told.
  private static final class Outside implements GatewayControl.Shell, RouteListener {
    final Map<PartitionId, Gate> gates = new HashMap<>();
    final Map<PartitionId, Guard> addedWith = new HashMap<>();
    final List<GivenReceipt> receipts = new ArrayList<>();
    int attempt;

    Gate gate() {
      return Objects.requireNonNull(gates.get(P));
    }

    @Override
    public void takeLeases(boolean takeLong, boolean takeShort, int now) {
      attempt = now;
    }

    @Override
    public void register(int now) {
      attempt = now;
    }

    @Override
    public void readAll(boolean anew, int now) {
      attempt = now;
    }

    @Override
    public void giveReceipt(PartitionId partition, long epoch, long shortLease) {
      receipts.add(new GivenReceipt(epoch, shortLease));
    }

    @Override
    public void reopen(Partition next, long expectedVersion) {}

    @Override
    public void quiet(PartitionId partition, long epoch) {}

    @Override
    public RouteListener routes() {
      return this;
    }

    @Override
    public void joined(Guard rest) {}

    @Override
    public void added(Gate gate) {
      gates.put(gate.partition(), gate);
      addedWith.put(gate.partition(), gate.route().guard());
    }

    @Override
    public void removed(PartitionId partition) {
      gates.remove(partition);
    }

    @Override
    public void routed(Gate gate) {}
  }
}
