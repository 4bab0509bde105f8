package dev.drover.store.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.Durability;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.etcd.testing.EtcdCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// What a caller is told when etcd does not answer, and what a watch is told when it cannot go on.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIf("dev.drover.store.etcd.testing.EtcdCluster#available")
final class EtcdOutcomesTest {
  private static final Duration CALL = Duration.ofSeconds(1);

  @TempDir Path directory;
  private EtcdCluster etcd;
  private EtcdStore store;

  @BeforeEach
  void start() throws Exception {
    etcd = EtcdCluster.start(directory, 1);
    store =
        EtcdStore.connect(
            EtcdOptions.defaults(etcd.endpoints())
                .withTimeouts(CALL, Duration.ofMillis(400), Duration.ofSeconds(1)));
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    etcd.close();
  }

  @Test
  void whatWasSentToASleepingEtcdIsUnknown() throws Exception {
    assertThat(store.get("k")).isEmpty();
    etcd.pause(0);
    assertThatThrownBy(() -> store.put("k", "1".getBytes(UTF_8), StateStore.ABSENT, null))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.delete("k", StateStore.ANY))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.lease(Duration.ofSeconds(5)))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Unavailable.class);
    assertThatThrownBy(() -> store.putAsync("k", new byte[0], 0, null, Durability.ORDERED).get())
        .hasCauseInstanceOf(StoreException.OutcomeUnknown.class);
    etcd.resume(0);
  }

  @Test
  void whatNeverLeftWasNotDone() throws Exception {
    etcd.kill(0);
    for (List<EtcdOptions.Endpoint> at : List.of(List.of(etcd.straight(0)), etcd.endpoints())) {
      try (EtcdStore nobody =
          EtcdStore.connect(
              EtcdOptions.defaults(at)
                  .withTimeouts(CALL, Duration.ofMillis(400), Duration.ofSeconds(1)))) {
        assertThatThrownBy(() -> nobody.put("k", new byte[0], StateStore.ANY, null))
            .isInstanceOf(StoreException.Unavailable.class);
        assertThatThrownBy(
                () -> nobody.putAsync("k", new byte[0], 0, null, Durability.ORDERED).get())
            .hasCauseInstanceOf(StoreException.Unavailable.class);
      }
    }
  }

  @Test
  void aWatchFromBeforeACompactionIsLostAndOneThatIsUpToDateIsNot() throws Exception {
    long first = version(store.put("k", new byte[0], StateStore.ANY, null));
    long last = first;
    for (int i = 0; i < 10; i++) {
      last = version(store.put("k", new byte[1], StateStore.ANY, null));
    }
    var current = new Recorder();
    var late = new Recorder();
    try (Watch _ = store.watch("k", last, current)) {
      etcd.ask(0, "/v3/kv/compaction", "{\"revision\":\"%d\"}".formatted(last));
      try (Watch _ = store.watch("k", first, late)) {
        assertThat(late.awaitLost()).isInstanceOf(StoreException.HistoryGone.class);
        assertThat(late.events()).isEmpty();
      }
      store.put("k", new byte[2], StateStore.ANY, null);
      assertThat(current.await(seen -> !seen.isEmpty())).hasSize(1);
    }
  }

  @Test
  void aWatchFromARevisionThatWasNeverGivenIsLost() throws Exception {
    long newest = store.list("").revision();
    var recorder = new Recorder();
    try (Watch _ = store.watch("k", newest + 1_000, recorder)) {
      assertThat(recorder.awaitLost()).isInstanceOf(StoreException.HistoryGone.class);
    }
  }

  @Test
  void aWatchHearsOfChangesAfterItsMemberSlept() throws Exception {
    var recorder = new Recorder();
    try (Watch _ = store.watch("k", store.list("").revision(), recorder)) {
      store.put("k/1", new byte[0], StateStore.ABSENT, null);
      recorder.await(seen -> seen.size() == 1);
      etcd.pause(0);
      // Longer than a silent member is believed in.
      Thread.sleep(2_000);
      etcd.resume(0);
      try (EtcdStore other = EtcdStore.connect(EtcdFixture.patient(etcd.endpoints()))) {
        other.put("k/2", new byte[0], StateStore.ABSENT, null);
      }
      recorder.await(seen -> seen.size() == 2);
    }
  }

  @Test
  void sharesAnEtcdWithOthersByItsPrefix() throws Exception {
    try (EtcdStore other =
        EtcdStore.connect(EtcdFixture.patient(etcd.endpoints()).withPrefix("drover-2/"))) {
      store.put("k", "mine".getBytes(UTF_8), StateStore.ABSENT, null);
      other.put("k", "theirs".getBytes(UTF_8), StateStore.ABSENT, null);
      assertThat(store.list("").entries()).hasSize(1);
      assertThat(store.get("k").orElseThrow().value()).isEqualTo("mine".getBytes(UTF_8));
      String raw = Base64.getEncoder().encodeToString("drover/k".getBytes(UTF_8));
      assertThat(etcd.ask(0, "/v3/kv/range", "{\"key\":\"" + raw + "\"}"))
          .contains("\"count\":\"1\"");
    }
  }

  @Test
  void saysThatOneMemberIsNoReplica() throws Exception {
    assertThat(store.guarantees().durable()).isTrue();
    assertThat(store.guarantees().replicated()).isFalse();
    assertThat(store.guarantees().caveat()).contains("one member");
    assertThat(EtcdFacts.endsEarly("3.4.23")).isTrue();
    assertThat(EtcdFacts.endsEarly("3.5.11")).isFalse();
    assertThat(EtcdFacts.endsEarly("3.4.29")).isFalse();
    assertThat(EtcdFacts.endsEarly("3.6.0-rc.1")).isFalse();
  }

  private static long version(PutResult result) {
    return ((PutResult.Applied) result).version();
  }
}
