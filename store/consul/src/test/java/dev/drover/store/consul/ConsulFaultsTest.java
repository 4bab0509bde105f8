package dev.drover.store.consul;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.consul.ConsulDouble.Fault;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A double of Consul that errs, has no leader, wants a token, or was restored from a snapshot.
@Tag("alone")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConsulFaultsTest {
  private final ConsulDouble consul = new ConsulDouble();
  private final StateStore store = ConsulStore.connect(ConsulFixture.patient(consul.port()));

  ConsulFaultsTest() throws Exception {}

  @AfterEach
  void stop() {
    store.close();
    consul.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static long applied(PutResult result) {
    assertThat(result).isInstanceOf(PutResult.Applied.class);
    return ((PutResult.Applied) result).version();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anErrorOfTheServersIsLookedInto(Fault fault) throws Exception {
    long first = applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    consul.next(fault);
    long second = applied(store.put("k", bytes("2"), first, null));
    assertThat(second).isEqualTo(first + 1);
    assertThat(store.get("k").orElseThrow().value()).isEqualTo(bytes("2"));
  }

  @Test
  void withoutALeaderNothingIsReadOrWritten() throws Exception {
    applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    try (StateStore impatient =
        ConsulStore.connect(
            ConsulFixture.patient(consul.port())
                .withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1)))) {
      applied(impatient.put("k", bytes("1"), StateStore.ANY, null));
      consul.leaderless(true);
      assertThatThrownBy(() -> impatient.get("k")).isInstanceOf(StoreException.Unavailable.class);
      assertThatThrownBy(() -> impatient.put("k", bytes("2"), StateStore.ANY, null))
          .isInstanceOf(StoreException.OutcomeUnknown.class);
    }
    consul.leaderless(false);
    assertThat(store.get("k").orElseThrow().value()).isEqualTo(bytes("1"));
  }

  @Test
  void aConsulThatWasRestoredFromASnapshotIsNotBelieved() throws Exception {
    applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    consul.remember();
    applied(store.put("k", bytes("2"), StateStore.ANY, null));
    var recorder = new Recorder();
    Watch _ = store.watch("k", store.list("").revision(), recorder);
    consul.restoreRemembered();
    assertThat(recorder.awaitLost()).isInstanceOf(StoreException.Corrupt.class);
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("has lost acknowledged writes");
  }

  @Test
  void aTokenIsNeededAndNeverTold() throws Exception {
    String secret = "not-to-be-seen";
    consul.wants(secret);
    ConsulStoreOptions known =
        ConsulFixture.patient(consul.port())
            .withToken(Optional.of(new ConsulStoreOptions.Token(secret)));
    assertThat(known.toString()).doesNotContain(secret);
    try (StateStore client = ConsulStore.connect(known)) {
      applied(client.put("k", bytes("v"), StateStore.ABSENT, null));
    }
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(StoreException.Refused.class)
        .hasMessageContaining("Permission denied");
  }

  @Test
  void whatIsTooLargeForOneKeyStandsInSeveral() throws Exception {
    applied(store.put("k", new byte[StateStore.VALUE_BYTES_MAX], StateStore.ABSENT, null));
    assertThat(consul.keys()).as("head, clients, three parts").isEqualTo(5);
    try (StateStore other = ConsulStore.connect(ConsulFixture.patient(consul.port()))) {
      assertThat(other.get("k").orElseThrow().value()).hasSize(StateStore.VALUE_BYTES_MAX);
    }
  }

  @Test
  void saysThatItWasNeverTriedOnAConsul() throws Exception {
    assertThat(store.get("k")).isEmpty();
    assertThat(store.guarantees().caveat()).contains("never against a real Consul");
    assertThat(store.guarantees().replicated()).isFalse();
  }
}
