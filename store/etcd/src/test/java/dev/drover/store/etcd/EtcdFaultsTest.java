package dev.drover.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.Entry;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.etcd.testing.EtcdCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A real etcd with three members, one of which is killed, stopped or cut off from the others while
/// it is written to.
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
@Execution(ExecutionMode.CONCURRENT)
final class EtcdFaultsTest {
  private static final int WRITERS = 3;

  @TempDir Path directory;

  enum Fault {
    LEADER_KILLED,
    LEADER_PAUSED,
    LEADER_CUT_OFF,
    FOLLOWER_KILLED,
    FOLLOWER_CUT_OFF;

    int of(EtcdCluster etcd) throws Exception {
      int leader = etcd.leader();
      return name().startsWith("LEADER") ? leader : (leader + 1) % 3;
    }

    void strike(EtcdCluster etcd, int member) throws Exception {
      switch (this) {
        case LEADER_KILLED, FOLLOWER_KILLED -> etcd.kill(member);
        case LEADER_PAUSED -> etcd.pause(member);
        case LEADER_CUT_OFF, FOLLOWER_CUT_OFF -> etcd.partition(member, true);
      }
    }

    void mend(EtcdCluster etcd, int member) throws Exception {
      switch (this) {
        case LEADER_KILLED, FOLLOWER_KILLED -> etcd.restart(member);
        case LEADER_PAUSED -> etcd.resume(member);
        case LEADER_CUT_OFF, FOLLOWER_CUT_OFF -> etcd.partition(member, false);
      }
    }
  }

  /// Each writer counts up a key of its own by compare-and-set. What it is told, and what a read
  /// says where it was told nothing, must make an unbroken count; whoever watches sees every step.
  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFaultOfOneOfThreeMembersLosesNoWriteAndNoEvent(Fault fault) throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(directory, 3)) {
      int struck = fault.of(etcd);
      List<EtcdOptions.Endpoint> struckFirst = new ArrayList<>(etcd.endpoints());
      struckFirst.addFirst(struckFirst.remove(struck));
      try (EtcdStore store = EtcdStore.connect(EtcdOptions.defaults(struckFirst))) {
        var recorder = new Recorder();
        Listing start = store.list("");
        try (Watch _ = store.watch("count/", start.revision(), recorder)) {
          var done = new AtomicBoolean();
          var writers = new ArrayList<Counting>();
          for (int i = 0; i < WRITERS; i++) {
            writers.add(new Counting(store, "count/" + i, done));
          }
          recorder.await(seen -> seen.size() > 20);
          fault.strike(etcd, struck);
          long atFault = writers.stream().mapToLong(Counting::applied).sum();
          // Longer than an election takes, and than a client believes in a silent member.
          Thread.sleep(6_000);
          assertThat(writers.stream().mapToLong(Counting::applied).sum())
              .as("others take over")
              .isGreaterThan(atFault + 20);
          assertThat(etcd.answers(struck)).as("the fault is one").isFalse();
          fault.mend(etcd, struck);
          Thread.sleep(1_000);
          done.set(true);
          for (Counting writer : writers) {
            writer.join();
          }
          PutResult end = ended(store);
          long last = ((PutResult.Applied) end).version();
          recorder.await(seen -> !seen.isEmpty() && seen.getLast().revision() == last);
          var expected = new TreeMap<String, Long>();
          store.list("count/").entries().forEach(e -> expected.put(e.key(), e.version()));
          assertThat(recorder.replayedOn(start)).isEqualTo(expected);
          assertThat(recorder.events().stream().map(e -> e.revision()).distinct().count())
              .as("every count was seen")
              .isEqualTo(writers.stream().mapToLong(Counting::counted).sum() + 1);
        }
      }
    }
  }

  private static PutResult ended(StateStore store) throws Exception {
    while (true) {
      try {
        return store.put("count/end", new byte[0], StateStore.ABSENT, null);
      } catch (StoreException.Unavailable e) {
        Thread.sleep(50);
      }
    }
  }

  /// Counts up one key, alone.
  private static final class Counting {
    private final StateStore store;
    private final String key;
    private final AtomicBoolean done;
    private final Thread thread;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();
    private volatile String broken = "";

    Counting(StateStore store, String key, AtomicBoolean done) {
      this.store = store;
      this.key = key;
      this.done = done;
      this.thread = Thread.ofVirtual().start(this::run);
    }

    long applied() {
      return applied.get();
    }

    long counted() {
      return counted.get();
    }

    void join() throws InterruptedException {
      thread.join();
      assertThat(broken).isEmpty();
    }

    private void run() {
      long version = StateStore.ABSENT;
      try {
        while (!done.get() && broken.isEmpty()) {
          version = step(version);
        }
      } catch (InterruptedException e) {
        broken = "interrupted";
      }
    }

    private long step(long version) throws InterruptedException {
      byte[] next = Long.toString(counted.get() + 1).getBytes(UTF_8);
      try {
        switch (store.put(key, next, version, null)) {
          case PutResult.Applied done -> {
            counted.incrementAndGet();
            applied.incrementAndGet();
            return done.version();
          }
          case PutResult.Conflict conflict -> {
            broken = "nobody else writes " + key + ", but it is " + conflict + " not " + version;
            return version;
          }
        }
      } catch (StoreException.OutcomeUnknown e) {
        return settled(version, next);
      } catch (StoreException.Unavailable e) {
        TimeUnit.MILLISECONDS.sleep(20);
        return version;
      } catch (StoreException e) {
        broken = e.toString();
        return version;
      }
    }

    /// What was sent may still be done: it is fenced by the same write once more.
    private long settled(long version, byte[] next) throws InterruptedException {
      while (true) {
        try {
          PutResult again = store.put(key, next, version, null);
          counted.incrementAndGet();
          return switch (again) {
            case PutResult.Applied done -> done.version();
            case PutResult.Conflict conflict -> mine(conflict.current(), next);
          };
        } catch (StoreException.OutcomeUnknown | StoreException.Unavailable e) {
          TimeUnit.MILLISECONDS.sleep(20);
        } catch (StoreException e) {
          broken = e.toString();
          return version;
        }
      }
    }

    private long mine(Optional<Entry> found, byte[] written) {
      if (found.isEmpty()
          || !new String(found.get().value(), UTF_8).equals(new String(written, UTF_8))) {
        broken = key + " is " + found;
      }
      return found.map(Entry::version).orElse(StateStore.ABSENT);
    }
  }

  /// The leader that extended the lease last is gone; its successor gives it its full time again.
  @Test
  void aLeaseOutlivesTheLossOfTheLeaderAndEndsWhenNobodyKeepsIt() throws Exception {
    var ttl = Duration.ofSeconds(3);
    try (EtcdCluster etcd = EtcdCluster.start(directory, 3);
        EtcdStore store = EtcdStore.connect(EtcdFixture.patient(etcd.endpoints()))) {
      LeaseId lease = store.lease(ttl);
      store.put("leased", new byte[0], StateStore.ABSENT, lease);
      Thread.sleep(ttl.toMillis() / 2);
      long killed = System.nanoTime();
      etcd.kill(etcd.leader());
      while (store.get("leased").isPresent()) {
        Thread.sleep(20);
      }
      Duration lasted = Duration.ofNanos(System.nanoTime() - killed);
      assertThat(lasted).isBetween(ttl, ttl.multipliedBy(4));
      assertThat(store.keepAlive(lease)).isFalse();
    }
  }

  /// A leader that slept through its succession must not be believed when it extends a lease.
  @Test
  void aLeaseThatIsKeptAliveOutlivesALeaderThatSleeps() throws Exception {
    try (EtcdCluster etcd = EtcdCluster.start(directory, 3)) {
      int leader = etcd.leader();
      List<EtcdOptions.Endpoint> leaderFirst = new ArrayList<>(etcd.endpoints());
      leaderFirst.addFirst(leaderFirst.remove(leader));
      try (EtcdStore store = EtcdStore.connect(EtcdOptions.defaults(leaderFirst))) {
        LeaseId lease = store.lease(Duration.ofSeconds(10));
        store.put("leased", new byte[0], StateStore.ABSENT, lease);
        etcd.pause(leader);
        boolean kept = false;
        for (int i = 0; i < 60 && !kept; i++) {
          kept = keptAlive(store, lease);
        }
        assertThat(kept).isTrue();
        etcd.resume(leader);
        for (int i = 0; i < 20; i++) {
          assertThat(keptAlive(store, lease) || store.get("leased").isPresent()).isTrue();
          Thread.sleep(50);
        }
        assertThat(store.get("leased")).isPresent();
      }
    }
  }

  private static boolean keptAlive(StateStore store, LeaseId lease) throws StoreException {
    try {
      return store.keepAlive(lease);
    } catch (StoreException.OutcomeUnknown | StoreException.Unavailable e) {
      return false;
    }
  }
}
