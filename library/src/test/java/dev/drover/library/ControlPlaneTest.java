package dev.drover.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.Refusal;
import dev.drover.library.MigrationRefused.AlreadyPlaced;
import dev.drover.library.MigrationRefused.BarrierPending;
import dev.drover.library.MigrationRefused.DrivenByAnother;
import dev.drover.library.MigrationRefused.NotAllowed;
import dev.drover.library.MigrationRefused.NotInThatMove;
import dev.drover.library.MigrationRefused.UnknownPartition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ControlPlaneTest {
  private static final PartitionId TENANT = new PartitionId(new Engine("ours"), "acme");
  private static final Placement OLD = new Placement(new HomeId("old"), "shard-1");
  private static final Placement NEW = new Placement(new HomeId("new"), "shard-7");

  private final AtomicLong nanos = new AtomicLong();
  private final MigrationStore store = MigrationStore.inMemory();
  private final ControlPlane plane = plane("one");

  private ControlPlane plane(String name) {
    return new ControlPlane(
        store,
        new ControlPlaneOptions(
            name, ControlPlaneOptions.BARRIER, nanos::get, () -> nanos.get() / 1_000_000));
  }

  @BeforeEach
  void place() throws Exception {
    assertThat(plane.place(TENANT, OLD).label()).isEqualTo("Active");
  }

  /// The move that it is in; another one if it is in none.
  private MoveId move() throws Exception {
    return plane.state(TENANT).move().orElse(new MoveId("none"));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static void refused(ThrowingCallable step, Class<?> why) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(MigrationRefused.class, e -> assertThat(e.why()).isInstanceOf(why));
  }

  private static void pending(ThrowingCallable step, Duration remaining, boolean committed) {
    assertThatThrownBy(step)
        .isInstanceOfSatisfying(
            MigrationRefused.class,
            e -> assertThat(e.why()).isEqualTo(new BarrierPending(TENANT, remaining, committed)))
        .hasMessageContaining(remaining.toMillis() + " ms");
  }

  @Test
  void aMoveGoesThroughItsSteps() throws Exception {
    State draining = plane.begin(TENANT, NEW);
    assertThat(draining.reads()).isEqualTo(OLD);
    assertThat(draining.writes()).contains(OLD);
    assertThat(draining.to()).contains(NEW);
    State cutover = plane.enterCutover(TENANT, move());
    assertThat(cutover.reads()).isEqualTo(OLD);
    assertThat(cutover.writes()).isEmpty();
    pending(() -> plane.complete(TENANT, move()), Duration.ofSeconds(30), false);
    pass(Duration.ofMillis(29_999));
    assertThat(plane.remaining(TENANT, move())).isEqualTo(Duration.ofMillis(1));
    pending(() -> plane.complete(TENANT, move()), Duration.ofMillis(1), false);
    pass(Duration.ofMillis(1));
    State opening = plane.complete(TENANT, move());
    assertThat(opening.reads()).isEqualTo(NEW);
    assertThat(opening.writes()).isEmpty();
    pending(() -> plane.complete(TENANT, move()), Duration.ofSeconds(30), true);
    pass(Duration.ofSeconds(30));
    State active = plane.complete(TENANT, move());
    assertThat(active.label()).isEqualTo("Active");
    assertThat(active.writes()).contains(NEW);
    assertThat(plane.state(TENANT)).isEqualTo(active);
    assertThat(active.epoch()).isGreaterThan(draining.epoch());
  }

  @Test
  void aMoveIsTakenBackUpToItsCommit() throws Exception {
    var _ = plane.begin(TENANT, NEW);
    assertThat(plane.abort(TENANT, move()).writes()).contains(OLD);
    var _ = plane.begin(TENANT, NEW);
    var _ = plane.enterCutover(TENANT, move());
    assertThat(plane.abort(TENANT, move()).writes()).contains(OLD);
    var _ = plane.begin(TENANT, NEW);
    var _ = plane.enterCutover(TENANT, move());
    pass(Duration.ofSeconds(30));
    var _ = plane.complete(TENANT, move());
    assertThatThrownBy(() -> plane.abort(TENANT, move()))
        .isInstanceOfSatisfying(
            MigrationRefused.class,
            e ->
                assertThat(((NotAllowed) e.why()).refusal()).isInstanceOf(Refusal.Committed.class));
  }

  @Test
  void aStepThatTheStateDoesNotAllowIsRefused() throws Exception {
    refused(() -> plane.enterCutover(TENANT, move()), NotInThatMove.class);
    refused(() -> plane.complete(TENANT, move()), NotInThatMove.class);
    refused(() -> plane.abort(TENANT, move()), NotInThatMove.class);
    refused(() -> plane.begin(TENANT, OLD), NotAllowed.class);
    refused(() -> plane.place(TENANT, NEW), AlreadyPlaced.class);
    PartitionId none = new PartitionId(new Engine("ours"), "none");
    refused(() -> plane.state(none), UnknownPartition.class);
    refused(() -> plane.begin(none, NEW), UnknownPartition.class);
    var _ = plane.begin(TENANT, NEW);
    refused(() -> plane.begin(TENANT, NEW), NotAllowed.class);
    refused(() -> plane.complete(TENANT, move()), NotAllowed.class);
    refused(() -> plane.remaining(TENANT, move()), NotAllowed.class);
  }

  /// Whoever waited in a hold that was aborted meanwhile must not commit the next move.
  @Test
  void aStepIsOfOneMove() throws Exception {
    MoveId first = plane.begin(TENANT, NEW).move().orElseThrow();
    var _ = plane.enterCutover(TENANT, first);
    var _ = plane.abort(TENANT, first);
    var _ = plane.begin(TENANT, new Placement(new HomeId("third"), "shard-9"));
    var _ = plane.enterCutover(TENANT, move());
    pass(Duration.ofSeconds(30));
    refused(() -> plane.remaining(TENANT, first), NotInThatMove.class);
    refused(() -> plane.complete(TENANT, first), NotInThatMove.class);
  }

  /// Gateways may still go by the longer one.
  @Test
  void aPlaneWithAShorterBarrierWaitsForTheMovesOwn() throws Exception {
    var _ = plane.begin(TENANT, NEW);
    var _ = plane.enterCutover(TENANT, move());
    ControlPlane hasty =
        new ControlPlane(
            store, new ControlPlaneOptions("one", Duration.ofSeconds(10), nanos::get, () -> 0));
    pending(() -> hasty.complete(TENANT, move()), Duration.ofSeconds(30), false);
    pass(Duration.ofSeconds(30));
    assertThat(hasty.complete(TENANT, move()).label()).isEqualTo("Opening");
    pass(Duration.ofSeconds(29));
    pending(() -> hasty.complete(TENANT, move()), Duration.ofSeconds(1), true);
  }

  /// It has not seen the hold begin, so it waits for all of it again.
  @Test
  void aPlaneThatIsStartedAgainCountsItsBarrierAnew() throws Exception {
    var _ = plane.begin(TENANT, NEW);
    var _ = plane.enterCutover(TENANT, move());
    pass(Duration.ofSeconds(60));
    ControlPlane again = plane("one");
    pending(() -> again.complete(TENANT, move()), Duration.ofSeconds(30), false);
    pass(Duration.ofSeconds(30));
    assertThat(again.complete(TENANT, move()).label()).isEqualTo("Opening");
  }

  @Test
  void aMoveOfAnotherPlaneIsTakenOverFirst() throws Exception {
    var _ = plane.begin(TENANT, NEW);
    ControlPlane other = plane("two");
    refused(() -> other.enterCutover(TENANT, move()), DrivenByAnother.class);
    refused(() -> other.abort(TENANT, move()), DrivenByAnother.class);
    var _ = other.takeOver(TENANT);
    assertThat(other.enterCutover(TENANT, move()).label()).isEqualTo("Cutover");
    refused(() -> plane.complete(TENANT, move()), DrivenByAnother.class);
  }

  @Test
  void whatWasReadIsGoodForABoundedTime() throws Exception {
    Routes routes =
        new Routes(store, ControlPlaneOptions.BARRIER, Duration.ofSeconds(10), nanos::get);
    assertThat(routes.route(TENANT)).isEmpty();
    routes.refresh();
    assertThat(routes.route(TENANT).orElseThrow().writes()).contains(OLD);
    var _ = plane.begin(TENANT, NEW);
    var _ = plane.enterCutover(TENANT, move());
    pass(Duration.ofMillis(19_999));
    assertThat(routes.route(TENANT).orElseThrow().writes()).contains(OLD);
    pass(Duration.ofMillis(1));
    assertThat(routes.route(TENANT)).isEmpty();
    routes.refresh();
    assertThat(routes.route(TENANT).orElseThrow().writes()).isEmpty();
    assertThatThrownBy(
            () -> new Routes(store, Duration.ofSeconds(5), Duration.ofSeconds(5), nanos::get))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
