package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.core.gate.Route;
import dev.drover.core.gate.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutesLaterTest {
  private static final Placement HOME = new Placement(new HomeId("a"), "p");
  private static final Guard GUARD = new Guard(new Session(1, Long.MAX_VALUE));

  private final List<Long> told = new ArrayList<>();
  private final Gate gate =
      new Gate(new PartitionId(Engine.FIRST, "p"), 1, route(1, HOME), _ -> {});
  private long nanos;
  private int asked;
  private final RoutesLater routes = new RoutesLater(new Data(), () -> asked++, () -> nanos);

  private final class Data implements RouteListener {
    @Override
    public void joined(Guard rest) {}

    @Override
    public void added(Gate added) {}

    @Override
    public void removed(PartitionId partition) {}

    @Override
    public void routed(Gate routed) {
      told.add(routed.route().epoch());
    }
  }

  private static Route route(long epoch, @Nullable Placement writes) {
    return new Route(epoch, HOME, writes, GUARD);
  }

  private void applied(Route next) {
    gate.apply(next);
    routes.routed(gate);
    routes.tell();
  }

  @Test
  void oneThatLetsWritesThroughIsToldOnceWhatIsAtHandIsDone() {
    gate.apply(route(2, HOME));
    routes.routed(gate);
    assertThat(told).isEmpty();
    assertThat(asked).isEqualTo(1);
    routes.tell();
    assertThat(told).containsExactly(2L);
  }

  @Test
  void whileWritesAreHeldAndNoPassIsOutTheDataPathIsLeftAlone() {
    applied(route(2, null));
    applied(route(3, null));
    assertThat(told).isEmpty();
    applied(route(4, HOME));
    assertThat(told).containsExactly(4L);
    nanos += 1_000_000_000;
    routes.tellHeld();
    assertThat(told).containsExactly(4L);
  }

  @Test
  void aHoldWithAPassOutIsToldForThatMayHaveToBeCutOff() {
    assertThat(gate.enter(0)).isNotNull();
    applied(route(2, null));
    assertThat(told).containsExactly(2L);
  }

  @Test
  void aHoldThatLastsIsToldOnce() {
    applied(route(2, null));
    routes.tellHeld();
    assertThat(told).isEmpty();
    nanos += 100_000_000;
    routes.tellHeld();
    routes.tellHeld();
    assertThat(told).containsExactly(2L);
  }

  @Test
  void aPartitionThatIsGoneIsNotTold() {
    applied(route(2, null));
    routes.removed(gate.partition());
    nanos += 1_000_000_000;
    routes.tellHeld();
    assertThat(told).isEmpty();
  }
}
