package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every order in which the steps of two drivers can be taken, each with a write after its fence is
/// up, at a home that is nothing but memory.
class FenceModelTest {
  private static final String INDEX = "acme-orders";

  /// A home whose steps are taken one at a time.
  private static final class ModelHome implements FenceHome {
    private final Set<Name> names = new HashSet<>();
    private final Set<String> underWay = new HashSet<>();
    private long highest = -1;

    /// The terms of the drivers that wrote, in order.
    private final List<Long> writes = new ArrayList<>();

    @Override
    public void add(Map<String, String> byIndex) {
      byIndex.forEach((index, alias) -> names.add(new Name(index, alias)));
    }

    @Override
    public void raise(long term) throws MoverException {
      if (highest > term) {
        throw new MoverException.Fenced("overtaken");
      }
      highest = term;
    }

    @Override
    public long highest() {
      return highest;
    }

    @Override
    public Set<Name> names() {
      return Set.copyOf(names);
    }

    @Override
    public void remove(Set<Name> gone) {
      names.removeAll(gone);
    }

    @Override
    public Set<String> underWay() {
      return Set.copyOf(underWay);
    }
  }

  /// A step of a driver.
  private interface Step {
    void take() throws Exception;
  }

  private static final class Driver {
    private final List<Step> steps;
    private final ModelHome home;
    private final long term;
    private final Fence fence;
    private boolean fenced;
    private int at;

    Driver(ModelHome home, long term, boolean skipsTerm) {
      this.home = home;
      this.term = term;
      this.fence =
          new Fence(
              home,
              "acme",
              term,
              "r" + term,
              Duration.ofSeconds(1),
              () -> 0,
              new Progress(MoverListener.SILENT, () -> 0));
      Step write = this::write;
      List<Step> all = new ArrayList<>();
      all.add(() -> fence.addNames(List.of(INDEX)));
      if (!skipsTerm) {
        all.add(fence::raiseTerm);
      }
      all.add(fence::takeOthers);
      all.add(fence::awaitOthers);
      all.add(write);
      all.add(write);
      this.steps = all;
    }

    /// Taken by the home if the name is there.
    private void write() {
      if (home.names.contains(new FenceHome.Name(INDEX, fence.alias(INDEX)))) {
        home.writes.add(term);
      }
    }

    boolean ended() {
      return fenced || at == steps.size();
    }

    void step() throws Exception {
      try {
        steps.get(at++).take();
      } catch (MoverException.Fenced e) {
        fenced = true;
      }
    }
  }

  /// Counts the orders in which the lower term writes after the higher one has its fence up.
  private static int late(boolean skipsTerm) throws Exception {
    int late = 0;
    int steps = 6;
    for (int order = 0; order < 1 << (2 * steps); order++) {
      if (Integer.bitCount(order) == steps) {
        late += late(order, skipsTerm);
      }
    }
    return late;
  }

  private static int late(int order, boolean skipsTerm) throws Exception {
    ModelHome home = new ModelHome();
    Driver old = new Driver(home, 5, skipsTerm);
    Driver next = new Driver(home, 6, skipsTerm);
    int upAt = -1;
    for (int i = 0; !(old.ended() && next.ended()); i++) {
      boolean second = (order >> i & 1) == 1;
      Driver one = (second && !next.ended()) || old.ended() ? next : old;
      one.step();
      if (upAt < 0 && next.at >= next.steps.size() - 2) {
        upAt = home.writes.size();
      }
    }
    assertThat(next.fenced).isFalse();
    assertThat(home.writes.stream().filter(each -> each == 6L)).hasSize(2);
    return home.writes.subList(Math.max(0, upAt), home.writes.size()).contains(5L) ? 1 : 0;
  }

  @Test
  void noOrderLetsAnOlderDriverWriteAfterANewerOnesFenceIsUp() throws Exception {
    assertThat(late(false)).isZero();
  }

  @Test
  void withoutTheTermSomeOrdersWould() throws Exception {
    assertThat(late(true)).isPositive();
  }

  @Test
  void aNameIsOfOneTenantOnly() {
    assertThat(Fence.isOf("acme", "drover-w-acme-7-k3-0")).isTrue();
    assertThat(Fence.isOf("acme", "drover-w-acme-7-k3.12")).isTrue();
    assertThat(Fence.isOf("acme", "drover-w-acme-1-7-k3-0")).isFalse();
    assertThat(Fence.isOf("acme-1", "drover-w-acme-1-7-k3-0")).isTrue();
    assertThat(Fence.isOf("acme-1-7", "drover-w-acme-1-7-3-0")).isFalse();
    assertThat(Fence.isOf("acme", "drover-w-acme")).isFalse();
  }
}
