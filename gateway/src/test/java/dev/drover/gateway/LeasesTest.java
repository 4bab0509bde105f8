package dev.drover.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.core.fleet.GatewayControl.Taken;
import dev.drover.core.fleet.LeaseKind;
import dev.drover.core.fleet.LeaseOptions;
import dev.drover.core.fleet.Sessions;
import dev.drover.store.LeaseId;
import dev.drover.store.StoreException;
import dev.drover.store.memory.MemoryStore;
import dev.drover.store.testing.FaultyStore;
import dev.drover.store.testing.FaultyStore.Call;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeasesTest {
  private static final LeaseOptions LENGTHS = LeaseOptions.DEFAULT;
  private static final long SHORT_NANOS = LENGTHS.shortLease().toNanos();

  private final AtomicLong nanos = new AtomicLong(1_000_000);
  private final MemoryStore memory = MemoryStore.create(nanos::get);
  private final FaultyStore store = new FaultyStore(memory);
  private final Sessions sessions = new Sessions(LENGTHS);
  private final Leases leases = new Leases(store, sessions, nanos::get);

  @AfterEach
  void close() {
    store.close();
  }

  private void takeBoth() throws StoreException {
    List<Taken> taken = leases.take(true, true);
    assertThat(taken).extracting(Taken::kind).containsExactly(LeaseKind.LONG, LeaseKind.SHORT);
    taken.forEach(each -> sessions.taken(each.kind(), each.lease(), each.sentNanos()));
    sessions.adopt();
  }

  private boolean standsInTheStore(LeaseKind kind) throws StoreException {
    return memory.keepAlive(new LeaseId(sessions.inEffect(kind).lease()));
  }

  @Test
  void onlyWhatIsAskedForIsTaken() throws Exception {
    assertThat(leases.take(false, true)).extracting(Taken::kind).containsExactly(LeaseKind.SHORT);
    assertThat(leases.take(true, false)).extracting(Taken::kind).containsExactly(LeaseKind.LONG);
    assertThat(leases.take(false, false)).isEmpty();
  }

  @Test
  void aLeaseCountsFromBeforeItWasAskedFor() throws Exception {
    long before = nanos.get();
    store.fault((call, key) -> nanos.addAndGet(1_000));
    assertThat(leases.take(false, true).getFirst().sentNanos()).isEqualTo(before);
  }

  @Test
  void aRenewedLeaseHoldsFromBeforeTheKeepAliveWasSent() throws Exception {
    takeBoth();
    nanos.addAndGet(SHORT_NANOS / 2);
    long sent = nanos.get();
    store.fault((call, key) -> nanos.addAndGet(1_000));
    leases.renew();
    assertThat(sessions.shortSession().endsAtNanos())
        .isEqualTo(LENGTHS.endsAtNanos(sent, LENGTHS.shortLease()));
    nanos.addAndGet(SHORT_NANOS * 3 / 4);
    assertThat(sessions.shortSession().holds(nanos.get())).isTrue();
    assertThat(standsInTheStore(LeaseKind.SHORT)).isTrue();
  }

  @Test
  void aLeaseThatTheStoreDoesNotHaveAnyMoreEndsHereToo() throws Exception {
    takeBoth();
    memory.revoke(new LeaseId(sessions.shortSession().lease()));
    leases.renew();
    assertThat(sessions.shortSession().holds(nanos.get())).isFalse();
    assertThat(sessions.longSession().holds(nanos.get())).isTrue();
  }

  @Test
  void aLeaseThatHasEndedHereIsNotKeptAliveAtTheStore() throws Exception {
    takeBoth();
    sessions.shortSession().end();
    long end = nanos.get() + SHORT_NANOS;
    nanos.set(end - 1);
    leases.renew();
    nanos.set(end);
    assertThat(standsInTheStore(LeaseKind.SHORT)).isFalse();
    assertThat(standsInTheStore(LeaseKind.LONG)).isTrue();
  }

  @Test
  void oneThatIsNotRenewedEndsHereBeforeItEndsAtTheStore() throws Exception {
    takeBoth();
    nanos.addAndGet(SHORT_NANOS * 95 / 100);
    assertThat(sessions.shortSession().holds(nanos.get())).isFalse();
    assertThat(standsInTheStore(LeaseKind.SHORT)).isTrue();
  }

  @Test
  void aKeepAliveThatFailsForOneIsMadeForTheOtherAllTheSame() throws Exception {
    takeBoth();
    nanos.addAndGet(SHORT_NANOS / 2);
    long before = sessions.longSession().endsAtNanos();
    store.away(Call.KEEP_ALIVE, Long.toString(sessions.shortSession().lease()), 1);
    assertThatThrownBy(leases::renew).isInstanceOf(StoreException.Unavailable.class);
    assertThat(sessions.longSession().endsAtNanos()).isGreaterThan(before);
  }

  @Test
  void allAreGivenBack() throws Exception {
    takeBoth();
    List<Taken> pending = leases.take(false, true);
    pending.forEach(each -> sessions.taken(each.kind(), each.lease(), each.sentNanos()));
    leases.revoke();
    for (LeaseKind kind : LeaseKind.values()) {
      assertThat(standsInTheStore(kind)).isFalse();
      assertThat(sessions.inEffect(kind).holds(nanos.get())).isFalse();
    }
    assertThat(memory.keepAlive(new LeaseId(pending.getFirst().lease()))).isFalse();
  }

  @Test
  void whatCannotBeGivenBackEndsHereAllTheSame() throws Exception {
    takeBoth();
    store.away(Call.REVOKE, "", Integer.MAX_VALUE);
    assertThatThrownBy(leases::revoke).isInstanceOf(StoreException.Unavailable.class);
    for (LeaseKind kind : LeaseKind.values()) {
      assertThat(sessions.inEffect(kind).holds(nanos.get())).as("%s", kind).isFalse();
    }
  }
}
