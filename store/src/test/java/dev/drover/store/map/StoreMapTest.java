package dev.drover.store.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.WatchListener;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The machine by itself, with time as an argument.
final class StoreMapTest {
  private static final byte[] VALUE = new byte[10];

  /// Decides and applies a random request.
  private static void step(StoreMap map, Random random) throws StoreException {
    String key = "k" + random.nextInt(9);
    long next = map.decideGrant(1).answer().value();
    var lease = new LeaseId(Math.max(1, next - 1 - random.nextInt(4)));
    boolean leased = random.nextBoolean() && map.extend(lease, 0);
    Mutation mutation =
        switch (random.nextInt(5)) {
          case 0 -> map.decideDelete(key, StateStore.ANY).mutation();
          case 1 -> map.decideGrant(1_000).mutation();
          case 2 -> map.decideEnd(lease).mutation();
          default -> map.decidePut(key, VALUE, StateStore.ANY, leased ? lease : null).mutation();
        };
    if (mutation != null) {
      List<WatchListener.Event> _ = map.apply(mutation, 0);
    }
  }

  @Test
  void aSnapshotBuildsTheSameMap() throws Exception {
    var random = new Random(11);
    var map = new StoreMap();
    long leasedAtAnyTime = 0;
    for (int i = 0; i < 500; i++) {
      step(map, random);
      leasedAtAnyTime += map.list("").entries().stream().filter(e -> e.lease() != null).count();
      var copy = new StoreMap();
      for (Mutation mutation : map.snapshot()) {
        assertThat(copy.apply(mutation, 0)).isEmpty();
      }
      assertThat(copy.list("")).isEqualTo(map.list(""));
      assertThat(copy.historyFloor()).isEqualTo(map.revision());
      for (long lease = 1; lease <= map.decideGrant(1).answer().value(); lease++) {
        assertThat(copy.decideEnd(new LeaseId(lease))).isEqualTo(map.decideEnd(new LeaseId(lease)));
      }
      assertThat(copy.decideGrant(5)).isEqualTo(map.decideGrant(5));
    }
    assertThat(leasedAtAnyTime).isPositive();
  }

  @Test
  void aMutationThatWasNotDecidedOnThisStateIsABug() {
    var map = new StoreMap();
    for (Mutation wrong :
        List.of(
            new Mutation.Put(2, "k", VALUE, 0),
            new Mutation.Put(1, "k", VALUE, 7),
            new Mutation.Delete(1, "k"),
            new Mutation.End(0, 3))) {
      assertThatThrownBy(() -> map.apply(wrong, 0)).isInstanceOf(IllegalStateException.class);
    }
    assertThat(map.revision()).isZero();
  }

  @Test
  void aLeaseIsOverAtItsDeadlineAndADoomedOneIsNotExtended() throws Exception {
    var map = new StoreMap();
    LeaseId lease = new LeaseId(1);
    map.apply(new Mutation.Grant(1, 100), 1_000);
    assertThat(map.doomDue(1_099)).isEmpty();
    assertThat(map.extend(lease, 1_099)).isTrue();
    assertThat(map.nanosToNextDeadline(1_099)).hasValue(100);
    assertThat(map.extend(lease, 1_199)).isFalse();
    assertThat(map.doomDue(1_199)).containsExactly(lease);
    assertThat(map.extend(lease, 1_150)).isFalse();
  }

  @Test
  void historyIsBoundedByCountAndBytes() {
    var few = new StoreMap(3, 1 << 20);
    var small = new StoreMap(1_000, 500);
    for (long revision = 1; revision <= 10; revision++) {
      few.apply(new Mutation.Put(revision, "k", VALUE, 0), 0);
      small.apply(new Mutation.Put(revision, "k", VALUE, 0), 0);
    }
    assertThat(few.eventsAfter(6)).isEmpty();
    assertThat(few.eventsAfter(7).orElseThrow()).hasSize(3);
    assertThat(few.eventsAfter(10).orElseThrow()).isEmpty();
    assertThat(small.historyFloor()).isBetween(5L, 9L);
  }

  @Test
  void aListenerThatIsTooSlowLosesItsWatch() throws Exception {
    var release = new CountDownLatch(1);
    var recorder = new Recorder();
    var slow =
        new WatchListener() {
          @Override
          public void changed(List<Event> events) {
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            recorder.changed(events);
          }

          @Override
          public void lost(StoreException why) {
            recorder.lost(why);
          }
        };
    try (var pump = new WatchPump("", slow, _ -> {}, 10).start()) {
      for (long revision = 1; revision <= 100; revision++) {
        pump.offer(List.of(new WatchListener.Event.Written(new Entry("k", VALUE, revision, null))));
        pump.report();
      }
      release.countDown();
      assertThat(recorder.awaitLost()).isInstanceOf(StoreException.HistoryGone.class);
      assertThat(recorder.events()).hasSizeLessThan(100);
    }
  }
}
