package dev.drover.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.store.WatchListener.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What every [StateStore] must do with leases and watches, besides [StateStoreConformance].
public abstract class LeaseAndWatchConformance extends StateStoreConformance {
  private static final Duration TTL = Duration.ofMillis(700);
  private static final Duration LONG_TTL = Duration.ofMinutes(10);

  /// How many times its ttl a lease may last that nobody keeps alive.
  protected double timeTolerance() {
    return 10;
  }

  /// How many changes make the oldest ones go from history; 0 if that cannot be had in a test.
  protected int changesThatExceedHistory() {
    return 0;
  }

  @Test
  void aKeyVanishesWithItsLeaseAndNotBefore() throws Exception {
    var recorder = new Recorder();
    try (Watch watch = store().watch("leased/", store().list("").revision(), recorder)) {
      assertThat(watch).isNotNull();
      long start = System.nanoTime();
      LeaseId lease = store().lease(TTL);
      applied(store().put("leased/1", bytes("v"), StateStore.ABSENT, lease));
      applied(store().put("leased/2", bytes("v"), StateStore.ABSENT, lease));
      applied(store().put("free", bytes("v"), StateStore.ABSENT, null));
      assertThat(store().get("leased/1").orElseThrow().lease()).isEqualTo(lease);
      List<Event> events = recorder.await(seen -> seen.size() >= 4);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(took).isGreaterThanOrEqualTo(TTL);
      assertThat(took.toMillis()).isLessThan((long) (TTL.toMillis() * timeTolerance()));
      assertThat(events.subList(2, 4)).allMatch(event -> event instanceof Event.Deleted);
      assertThat(events.subList(2, 4).stream().map(Event::key))
          .containsExactlyInAnyOrder("leased/1", "leased/2");
      assertThat(store().list("leased/").entries()).isEmpty();
      assertThat(store().get("free")).isPresent();
      assertThat(store().keepAlive(lease)).isFalse();
    }
  }

  @Test
  void aLeaseThatIsKeptAliveOutlivesItsTime() throws Exception {
    LeaseId lease = store().lease(TTL);
    applied(store().put("k", bytes("v"), StateStore.ABSENT, lease));
    for (int i = 0; i < 20; i++) {
      assertThat(store().keepAlive(lease)).isTrue();
      Thread.sleep(TTL.toMillis() / 8);
    }
    assertThat(store().get("k")).isPresent();
  }

  @Test
  void revokingEndsALeaseAndItsKeysAtOnceAndMayBeRepeated() throws Exception {
    LeaseId lease = store().lease(LONG_TTL);
    LeaseId other = store().lease(LONG_TTL);
    assertThat(other).isNotEqualTo(lease);
    applied(store().put("mine", bytes("v"), StateStore.ABSENT, lease));
    applied(store().put("others", bytes("v"), StateStore.ABSENT, other));
    store().revoke(lease);
    assertThat(store().get("mine")).isEmpty();
    assertThat(store().get("others")).isPresent();
    assertThat(store().keepAlive(lease)).isFalse();
    assertThat(store().keepAlive(other)).isTrue();
    store().revoke(lease);
    assertThatThrownBy(() -> store().put("mine", bytes("v"), StateStore.ABSENT, lease))
        .isInstanceOf(StoreException.Refused.class);
    assertThat(store().get("mine")).isEmpty();
  }

  @Test
  void aPutOnALeaseThatNeverWasIsRefused() throws Exception {
    assertThatThrownBy(
            () -> store().put("k", bytes("v"), StateStore.ABSENT, new LeaseId(987_654_321L)))
        .isInstanceOf(StoreException.Refused.class);
    assertThat(store().get("k")).isEmpty();
    assertThat(store().keepAlive(new LeaseId(987_654_321L))).isFalse();
  }

  @Test
  void aPutWithoutALeaseTakesTheKeyOffItsLease() throws Exception {
    LeaseId lease = store().lease(LONG_TTL);
    applied(store().put("k", bytes("v"), StateStore.ABSENT, lease));
    applied(store().put("moved", bytes("v"), StateStore.ABSENT, lease));
    LeaseId other = store().lease(LONG_TTL);
    applied(store().put("k", bytes("w"), StateStore.ANY, null));
    applied(store().put("moved", bytes("w"), StateStore.ANY, other));
    store().revoke(lease);
    assertThat(store().get("k").orElseThrow().lease()).isNull();
    assertThat(store().get("moved").orElseThrow().lease()).isEqualTo(other);
    store().revoke(other);
    assertThat(store().get("moved")).isEmpty();
  }

  @Test
  void aLeaseSurvivesARestartWithItsFullTime() throws Exception {
    var ttl = Duration.ofSeconds(2);
    LeaseId lease = store().lease(ttl);
    applied(store().put("k", bytes("v"), StateStore.ABSENT, lease));
    Thread.sleep(ttl.toMillis() / 2);
    // Taken before, so that what is measured is at least the time that the store gave.
    long before = System.nanoTime();
    assumeTrue(fixture().restart());
    while (store().get("k").isPresent()) {
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isLessThan(ttl.multipliedBy((long) timeTolerance()));
      Thread.sleep(20);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(ttl);
    assertThat(store().keepAlive(lease)).isFalse();
    assertThat(store().lease(ttl).value()).isNotEqualTo(lease.value());
  }

  @Test
  void aLeaseThatHasEndedStaysEndedOverARestart() throws Exception {
    LeaseId ended = store().lease(LONG_TTL);
    applied(store().put("k", bytes("v"), StateStore.ABSENT, ended));
    LeaseId kept = store().lease(LONG_TTL);
    applied(store().put("kept", bytes("v"), StateStore.ABSENT, kept));
    store().revoke(ended);
    assumeTrue(fixture().restart());
    assertThat(store().keepAlive(ended)).isFalse();
    assertThat(store().get("k")).isEmpty();
    assertThat(store().keepAlive(kept)).isTrue();
    assertThat(store().get("kept").orElseThrow().lease()).isEqualTo(kept);
  }

  @Test
  void aListingAndTheWatchAfterItMakeTheExactMap() throws Exception {
    int writers = 6;
    int writes = 60;
    var recorder = new Recorder();
    var started = new CountDownLatch(writers);
    var tasks = new ArrayList<Callable<Void>>();
    for (int writer = 0; writer < writers; writer++) {
      int id = writer;
      StateStore client = writer % 2 == 0 ? fixture().store() : fixture().secondClient();
      tasks.add(
          () -> {
            for (int i = 0; i < writes; i++) {
              String key = "w/" + (id + i) % 7;
              if (i % 5 == 4) {
                applied(client.delete(key, StateStore.ANY));
              } else {
                applied(client.put(key, bytes("v"), StateStore.ANY, null));
              }
              applied(client.put("elsewhere", bytes("v"), StateStore.ANY, null));
              started.countDown();
            }
            return null;
          });
    }
    var listed = new Listing[] {new Listing(0, List.of())};
    var watches = new ArrayList<Watch>();
    tasks.add(
        () -> {
          assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
          listed[0] = store().list("w/");
          watches.add(store().watch("w/", listed[0].revision(), recorder));
          return null;
        });
    all(tasks);
    long last = applied(store().put("w/end", bytes("v"), StateStore.ANY, null));
    List<Event> events =
        recorder.await(seen -> !seen.isEmpty() && seen.getLast().revision() == last);
    watches.forEach(Watch::close);
    assertThat(events).allMatch(event -> event.key().startsWith("w/"));
    var expected = new TreeMap<String, Long>();
    store().list("w/").entries().forEach(entry -> expected.put(entry.key(), entry.version()));
    assertThat(recorder.replayedOn(listed[0])).isEqualTo(expected);
  }

  @Test
  void aWatchFromThePastReportsWhatCameSince() throws Exception {
    long first = applied(store().put("p/1", bytes("1"), StateStore.ABSENT, null));
    long second = applied(store().put("p/2", bytes("2"), StateStore.ABSENT, null));
    applied(store().put("q", bytes("2"), StateStore.ABSENT, null));
    applied(store().delete("p/1", StateStore.ANY));
    var recorder = new Recorder();
    try (Watch _ = store().watch("p/", first, recorder)) {
      List<Event> events = recorder.await(seen -> seen.size() >= 2);
      assertThat(events.getFirst().revision()).isEqualTo(second);
      assertThat(events.getFirst()).isInstanceOf(Event.Written.class);
      assertThat(events.getLast()).isInstanceOf(Event.Deleted.class);
    }
  }

  @Test
  void aWatchFromBeforeTheHistoryIsLost() throws Exception {
    int changes = changesThatExceedHistory();
    assumeTrue(changes > 0);
    long first = applied(store().put("k", bytes("0"), StateStore.ABSENT, null));
    for (int i = 0; i < changes; i++) {
      applied(store().put("k", bytes("v"), StateStore.ANY, null));
    }
    var recorder = new Recorder();
    try (Watch _ = store().watch("k", first, recorder)) {
      assertThat(recorder.awaitLost()).isInstanceOf(StoreException.HistoryGone.class);
      assertThat(recorder.events()).isEmpty();
    }
  }

  @Test
  void aClosedWatchIsNotCalledAgain() throws Exception {
    var recorder = new Recorder();
    Watch watch = store().watch("k", store().list("").revision(), recorder);
    applied(store().put("k", bytes("1"), StateStore.ANY, null));
    recorder.await(seen -> seen.size() == 1);
    watch.close();
    watch.close();
    var witness = new Recorder();
    try (Watch _ = store().watch("k", store().list("").revision(), witness)) {
      applied(store().put("k", bytes("2"), StateStore.ANY, null));
      witness.await(seen -> seen.size() == 1);
    }
    assertThat(recorder.events()).hasSize(1);
  }

  @Test
  void aWatchGoesOnWithoutAGapWhenItsConnectionIsCut() throws Exception {
    assumeTrue(fixture().cutConnection());
    var recorder = new Recorder();
    Listing start = store().list("");
    try (Watch _ = store().watch("c/", start.revision(), recorder)) {
      var versions = new ArrayList<Long>();
      for (int i = 0; i < 40; i++) {
        if (i % 4 == 0) {
          assertThat(fixture().cutConnection()).isTrue();
        }
        versions.add(
            applied(fixture().secondClient().put("c/" + i, bytes("v"), StateStore.ABSENT, null)));
      }
      recorder.await(seen -> seen.size() >= versions.size());
      assertThat(recorder.events().stream().map(Event::revision)).isEqualTo(versions);
    }
  }
}
