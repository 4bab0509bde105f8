package dev.drover.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Placement A = new Placement(new HomeId("a"), "p");
  private static final PartitionId P = new PartitionId(Engine.FIRST, "p");
  private static final Guard GUARD = new Guard(new Session(1, Long.MAX_VALUE));

  private final AtomicInteger quiets = new AtomicInteger();

  private static Route open(long epoch) {
    return new Route(epoch, A, A, GUARD);
  }

  private static Route closed(long epoch) {
    return new Route(epoch, A, null, GUARD);
  }

  private Gate gate(int stripes) {
    return new Gate(P, stripes, open(0), epoch -> quiets.incrementAndGet());
  }

  @Test
  void aClosedGateAdmitsNobodyAndKeepsNoPass() {
    Gate gate = gate(1);
    gate.apply(closed(1));
    assertThat(gate.enter(0)).isNull();
    assertThat(gate.passes()).isZero();
  }

  @Test
  void closingIsQuietAtOnceIfNobodyIsInside() {
    gate(4).apply(closed(1));
    assertThat(quiets).hasValue(1);
  }

  @Test
  void closingIsQuietOnceTheLastPassIsGivenBackAndIsToldOnce() {
    Gate gate = gate(2);
    gate.enter(0);
    gate.enter(1);
    gate.apply(closed(1));
    gate.leave(0);
    assertThat(quiets).hasValue(0);
    gate.leave(1);
    assertThat(quiets).hasValue(1);
    for (int i = 0; i < 10; i++) {
      assertThat(gate.enter(i)).isNull();
    }
    assertThat(quiets).hasValue(1);
  }

  @Test
  void aPassGivenBackTwiceIsADefectThatShows() {
    Gate gate = gate(1);
    gate.enter(0);
    gate.leave(0);
    assertThatThrownBy(() -> gate.leave(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'redis/p'");
  }

  @Test
  void passesOfSeveralGatesAreTakenAllOrNone() {
    Gate one = gate(1);
    Gate two = gate(1);
    two.apply(closed(1));
    assertThat(Gates.admitAll(List.of(one, two), 0, 0)).isEmpty();
    assertThat(one.passes()).isZero();
    two.apply(open(2));
    assertThat(Gates.admitAll(List.of(one, two), 0, 0)).isPresent();
    Gates.leaveAll(List.of(one, two), 0);
    assertThat(one.passes() + two.passes()).isZero();
  }

  /// Threads enter, count themselves as inside, and leave. Whenever the gate has said that it is
  /// quiet, nobody may be inside until it opens.
  @Test
  void nobodyIsInsideOnceTheGateHasSaidThatItIsQuiet() throws InterruptedException {
    int threads = 4;
    AtomicLong inside = new AtomicLong();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong quiet = new AtomicLong();
    // A thread may tell of an epoch late, when the gate is quiet in a later one.
    LongConsumer told = epoch -> quiet.accumulateAndGet(epoch, Math::max);
    Gate gate = new Gate(P, threads, open(0), told);
    List<Thread> entrants = new ArrayList<>();
    AtomicLong admitted = new AtomicLong();
    for (int i = 0; i < threads; i++) {
      int stripe = i;
      entrants.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      if (gate.enter(stripe) != null) {
                        inside.incrementAndGet();
                        admitted.incrementAndGet();
                        inside.decrementAndGet();
                        gate.leave(stripe);
                      } else {
                        LockSupport.parkNanos(1_000);
                      }
                    }
                  }));
    }
    List<Long> seenInside = new ArrayList<>();
    for (int epoch = 1; epoch <= 600; epoch += 2) {
      gate.apply(closed(epoch));
      while (quiet.get() != epoch) {
        LockSupport.parkNanos(1_000);
      }
      for (int look = 0; look < 20; look++) {
        long now = inside.get();
        if (now != 0) {
          seenInside.add(now);
        }
      }
      long before = admitted.get();
      gate.apply(open(epoch + 1));
      while (admitted.get() == before) {
        LockSupport.parkNanos(1_000);
      }
    }
    stop.set(true);
    for (Thread each : entrants) {
      each.join();
    }
    assertThat(seenInside).isEmpty();
    assertThat(admitted).hasPositiveValue();
    assertThat(gate.passes()).isZero();
  }
}
