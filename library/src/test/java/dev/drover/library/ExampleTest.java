package dev.drover.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.core.Engine;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The example of docs/library.md, as a program would have it: its homes are maps, its gateways
/// threads, and its mover a loop.
final class ExampleTest {
  private static final Duration BARRIER = Duration.ofMillis(600);
  private static final Duration WRITE_TIMEOUT = Duration.ofMillis(300);
  private static final PartitionId CARTS = new PartitionId(new Engine("shop"), "carts");
  private static final Placement OLD = new Placement(new HomeId("old"), "carts");
  private static final Placement NEW = new Placement(new HomeId("new"), "carts");

  private final Map<HomeId, Map<String, Long>> homes =
      Map.of(OLD.home(), new ConcurrentHashMap<>(), NEW.home(), new ConcurrentHashMap<>());
  private final MigrationStore store = MigrationStore.inMemory();
  private final ControlPlane plane =
      new ControlPlane(store, ControlPlaneOptions.of("shop").withBarrier(BARRIER));

  private Map<String, Long> at(Placement place) {
    return Optional.ofNullable(homes.get(place.home())).orElseThrow();
  }

  /// A gateway of the program's own.
  private final class Gateway {
    private final Routes routes = new Routes(store, BARRIER, WRITE_TIMEOUT, System::nanoTime);

    void poll(AtomicBoolean ended) throws IOException, InterruptedException {
      while (!ended.get()) {
        // A program goes on after a failure here: what was read before is good for a while.
        routes.refresh();
        Thread.sleep(20);
      }
    }

    /// @return whether it was done; if not, nothing was
    boolean write(String key, long value) {
      Optional<Placement> to = routes.route(CARTS).flatMap(State::writes);
      to.ifPresent(place -> at(place).put(key, value));
      return to.isPresent();
    }

    Optional<Long> read(String key) {
      return routes.route(CARTS).map(state -> at(state.reads()).getOrDefault(key, 0L));
    }
  }

  /// Takes deletions along, too.
  private void copy() {
    at(NEW).keySet().retainAll(at(OLD).keySet());
    at(NEW).putAll(at(OLD));
  }

  private void move() throws Exception {
    MoveId move = plane.begin(CARTS, NEW).move().orElseThrow();
    copy();
    var _ = plane.enterCutover(CARTS, move);
    Thread.sleep(plane.remaining(CARTS, move));
    copy();
    var _ = plane.complete(CARTS, move);
    Thread.sleep(plane.remaining(CARTS, move));
    var _ = plane.complete(CARTS, move);
  }

  @Test
  void noWriteIsLostAndNoReadGoesBack() throws Exception {
    var _ = plane.place(CARTS, OLD);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong stale = new AtomicLong();
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    List<Gateway> gateways = List.of(new Gateway(), new Gateway());
    List<Thread> threads = new ArrayList<>();
    for (Gateway each : gateways) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      each.poll(ended);
                    } catch (IOException | InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }));
    }
    for (int i = 0; i < 4; i++) {
      String key = "cart-" + i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (long n = 1; !ended.get(); n++) {
                      boolean done = gateways.get((int) (n % 2)).write(key, n);
                      if (done) {
                        acknowledged.put(key, n);
                      }
                      Optional<Long> seen = gateways.get((int) ((n + 1) % 2)).read(key);
                      if (seen.isPresent() && seen.get() < acknowledged.getOrDefault(key, 0L)) {
                        stale.incrementAndGet();
                      }
                    }
                  }));
    }
    Thread.sleep(200);
    move();
    Thread.sleep(200);
    ended.set(true);
    for (Thread each : threads) {
      each.join();
    }
    assertThat(acknowledged).hasSize(4);
    assertThat(at(NEW)).isEqualTo(acknowledged);
    assertThat(stale).hasValue(0);
  }
}
