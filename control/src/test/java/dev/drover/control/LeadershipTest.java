package dev.drover.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.Clocks;
import dev.drover.core.ControllerId;
import dev.drover.core.Engine;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.LeaseId;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.records.DriverRecord;
import dev.drover.store.records.Keys;
import dev.drover.store.testing.Await;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Servers on one store: who has which name, who leads, and who drives which partition.
@Timeout(120)
class LeadershipTest {
  private static final PartitionId ONE = new PartitionId(Engine.FIRST, "one:");
  private static final Duration LEASE = Duration.ofSeconds(3);

  /// What the store measures leases by.
  private final AtomicLong nanos = new AtomicLong();

  private final MemoryStore memory = MemoryStore.create(nanos::get);
  private final FaultyStore store = new FaultyStore(memory);
  private final AtomicInteger told = new AtomicInteger();

  @AfterEach
  void close() {
    store.close();
  }

  /// One run of a server.
  private final class Server implements AutoCloseable {
    final ControllerOptions options;
    final DriverClaims claims;
    final Leadership leadership;

    Server(String name, String run, boolean shared, Clocks clocks) {
      this.options =
          new ControllerOptions(
              name,
              new ControllerId(name + "." + run),
              "process " + run,
              () -> new MoveId("m"),
              () -> ControllerOptions.Tuning.DEFAULT,
              LEASE,
              shared,
              clocks);
      this.claims = new DriverClaims(store, options);
      this.leadership = new Leadership(options, store, claims, told::incrementAndGet);
    }

    @Override
    public void close() {
      leadership.close();
    }
  }

  private Server server(String name, String run) {
    return new Server(name, run, true, TestControllers.CLOCKS);
  }

  private void leasesEnd() throws StoreException {
    nanos.addAndGet(LEASE.toNanos());
    memory.endDueLeases();
  }

  @Test
  void oneLeadsAndTheNextTakesOverWhenItsLeaseHasEnded() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      first.leadership.start();
      second.leadership.start();
      assertThat(first.leadership.leads()).isTrue();
      assertThat(second.leadership.leads()).isFalse();
      assertThat(second.leadership.leader())
          .hasValue(new DriverRecord(first.options.self(), "process 1"));

      int before = told.get();
      leasesEnd();
      Await.until("to be told that nobody leads", () -> told.get() > before);
      assertThat(second.leadership.leader()).isEmpty();
      second.leadership.renew();
      first.leadership.renew();
      assertThat(second.leadership.leads()).isTrue();
      assertThat(first.leadership.leads()).isFalse();
    }
  }

  @Test
  void whoLeadsGoesOnLeadingWhileItsLeaseIsKeptAlive() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      first.leadership.start();
      second.leadership.start();
      for (int i = 0; i < 5; i++) {
        nanos.addAndGet(LEASE.toNanos() / 2);
        first.leadership.renew();
        memory.endDueLeases();
        second.leadership.renew();
        assertThat(first.leadership.leads()).isTrue();
        assertThat(second.leadership.leads()).isFalse();
      }
    }
  }

  @Test
  void aServerThatIsHeldUpUntilItsLeaseHasEndedStarts() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    store.fault(
        (call, _) -> {
          if (call == Call.PUT && puts.getAndIncrement() == 0) {
            leasesEnd();
          }
        });
    try (Server first = server("s1", "1")) {
      first.leadership.start();
      assertThat(first.claims.named()).isTrue();
      assertThat(first.leadership.leads()).isTrue();
    }
  }

  @Test
  void aServerThatStopsGivesTheLeadBackAtOnce() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      first.leadership.start();
      second.leadership.start();
      first.claims.close();
      second.leadership.renew();
      assertThat(second.leadership.leads()).isTrue();
    }
  }

  @Test
  void theWatchOfTheLeadBeginsAgainAfterItWasLostOrDidNotBegin() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      first.leadership.start();
      store.away(Call.WATCH, Keys.CONTROLLER, 1);
      assertThatThrownBy(second.leadership::start).isInstanceOf(StoreException.Unavailable.class);
      assertThat(store.watches(Keys.CONTROLLER)).isEqualTo(1);
      second.leadership.renew();
      assertThat(store.watches(Keys.CONTROLLER)).isEqualTo(2);
      store.loseWatches(Keys.CONTROLLER);
      second.leadership.renew();
      assertThat(store.watches(Keys.CONTROLLER)).isEqualTo(1);
      int before = told.get();
      first.claims.close();
      Await.until("to be told that nobody leads", () -> told.get() > before);
    }
  }

  @Test
  void aNameIsHadByOneServerForAsLongAsItLives() throws Exception {
    // Its own clock goes on by a second with each look, and the store's stands still.
    AtomicLong own = new AtomicLong();
    Clocks fast =
        new Clocks(() -> own.addAndGet(Duration.ofSeconds(1).toNanos()), System::currentTimeMillis);
    try (Server first = server("s1", "1");
        Server same = new Server("s1", "2", true, fast)) {
      first.leadership.start();
      assertThatThrownBy(same.leadership::start)
          .isInstanceOf(StoreException.Refused.class)
          .hasMessageContaining("'s1'")
          .hasMessageContaining("server.name");
      assertThat(same.leadership.leads()).isFalse();

      leasesEnd();
      same.leadership.start();
      assertThat(same.leadership.leads()).isTrue();
    }
  }

  @Test
  void whoHasNoNameDoesNotLeadEvenWhereNobodyDoes() throws Exception {
    try (Server first = server("s1", "1");
        Server same = server("s1", "2")) {
      first.leadership.start();
      store.delete(Keys.CONTROLLER, StateStore.ANY);
      same.leadership.renew();
      assertThat(same.claims.named()).isFalse();
      assertThat(same.leadership.leads()).isFalse();
    }
  }

  @Test
  void whatAnEarlierRunHasLeftIsReplacedAtOnceWhereNoOtherServerCanHaveItsName() throws Exception {
    try (Server first = new Server("s1", "1", false, TestControllers.CLOCKS);
        Server again = new Server("s1", "2", false, TestControllers.CLOCKS);
        Server stranger = new Server("s10", "1", false, TestControllers.CLOCKS)) {
      first.leadership.start();
      assertThat(first.claims.claim(ONE)).isTrue();
      stranger.leadership.renew();
      assertThat(stranger.leadership.leads()).isFalse();
      assertThat(stranger.claims.claim(ONE)).isFalse();
      again.leadership.start();
      assertThat(again.leadership.leads()).isTrue();
      assertThat(again.claims.claim(ONE)).isTrue();
    }
  }

  /// What was asked for under the lease from before may still be on its way.
  @Test
  void whoGivesItsLeaseUpLeadsAgainOnlyOnceThatHasEnded() throws Exception {
    try (Server server = server("s1", "1")) {
      server.leadership.start();
      LeaseId before = server.claims.lead().orElseThrow();
      server.claims.giveUp();
      assertThat(server.claims.lead()).isEmpty();
      server.leadership.renew();
      assertThat(server.leadership.leads()).isTrue();
      assertThat(server.claims.leadsTaken()).isEqualTo(2);
      assertThat(server.claims.lead()).isPresent().get().isNotEqualTo(before);
      assertThat(memory.keepAlive(before)).isFalse();
    }
  }

  @Test
  void aPartitionIsDrivenByOneUntilItGivesItBackOrItsLeaseEnds() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      assertThat(first.claims.claim(ONE)).isTrue();
      assertThat(second.claims.claim(ONE)).isFalse();
      assertThat(second.leadership.driver(ONE))
          .map(DriverRecord::controller)
          .hasValue(first.options.self());
      first.claims.release(ONE);
      assertThat(second.leadership.driver(ONE)).isEmpty();
      assertThat(second.claims.claim(ONE)).isTrue();
      leasesEnd();
      first.leadership.renew();
      assertThat(first.claims.claim(ONE)).isTrue();
    }
  }

  @Test
  void oneThatWasOvertakenDoesNotTakeAwayTheClaimOfWhoDrivesNow() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      assertThat(first.claims.claim(ONE)).isTrue();
      leasesEnd();
      second.leadership.renew();
      assertThat(second.claims.claim(ONE)).isTrue();
      first.claims.release(ONE);
      assertThat(first.leadership.driver(ONE))
          .map(DriverRecord::controller)
          .hasValue(second.options.self());
    }
  }

  @Test
  void partitionsOfTwoEnginesWithOneNameAreClaimedApart() throws Exception {
    try (Server first = server("s1", "1");
        Server second = server("s2", "1")) {
      assertThat(first.claims.claim(ONE)).isTrue();
      assertThat(second.claims.claim(new PartitionId(new Engine("other"), "one:"))).isTrue();
    }
  }
}
