package dev.drover.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.redis.testing.RawRedis;
import dev.drover.redis.testing.RedisServerProcess;
import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A real Redis server that is killed, stopped, cut off, or comes back without what it had.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RedisStoreFaultsTest {
  private static final Duration CALL = Duration.ofSeconds(1);
  private static final Duration ATTEMPT = Duration.ofMillis(400);

  private RedisServerProcess redis;
  private Relay relay;
  private RedisStore store;

  @BeforeEach
  void start() throws Exception {
    redis = RedisServerProcess.start(RedisFixture.version(), "--appendonly", "yes");
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), redis.port()));
    store = impatient(relay.port());
  }

  private static RedisStore impatient(int port) {
    return RedisStore.connect(
        RedisStoreOptions.defaults("127.0.0.1", port).withTimeouts(CALL, ATTEMPT));
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    relay.close();
    redis.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void whatWasSentToASleepingServerIsUnknownAndAReadSaysWhatItWas() throws Exception {
    assertThat(store.get("k")).isEmpty();
    redis.pauseProcess();
    assertThatThrownBy(() -> store.put("k", bytes("1"), StateStore.ABSENT, null))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Unavailable.class);
    redis.resumeProcess();
    try (RedisStore patient = RedisStore.connect(RedisFixture.patient(redis.port()))) {
      assertThat(patient.get("k").orElseThrow().value()).isEqualTo(bytes("1"));
    }
  }

  @Test
  void whatWasSentIntoAPartitionIsUnknown() throws Exception {
    assertThat(store.get("k")).isEmpty();
    relay.silence(true);
    assertThatThrownBy(() -> store.put("k", bytes("1"), StateStore.ABSENT, null))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.delete("k", StateStore.ANY)).isInstanceOf(StoreException.class);
    relay.silence(false);
    assertThat(store.get("k")).isEmpty();
  }

  @Test
  void whatNeverLeftWasNotDone() throws Exception {
    redis.kill();
    try (RedisStore nobody = impatient(redis.port())) {
      assertThatThrownBy(() -> nobody.put("k", bytes("1"), StateStore.ANY, null))
          .isInstanceOf(StoreException.Unavailable.class);
    }
  }

  @Test
  void aWatchGoesOnOverACrashOfTheServer() throws Exception {
    var recorder = new Recorder();
    try (RedisStore patient = RedisStore.connect(RedisFixture.patient(redis.port()));
        Watch _ = store.watch("k", patient.list("").revision(), recorder)) {
      for (int i = 0; i < 6; i++) {
        patient.put("k/" + i, bytes("v"), StateStore.ABSENT, null);
        if (i % 2 == 0) {
          redis.kill();
          redis.restart();
        }
      }
      assertThat(recorder.await(seen -> seen.size() == 6).stream().map(Event::key))
          .containsExactly("k/0", "k/1", "k/2", "k/3", "k/4", "k/5");
    }
  }

  /// A gateway that was asleep for as long as its server must not find its lease as it was.
  @Test
  void aLeaseIsOverWhenItsTimeIsAlthoughTheServerSlept() throws Exception {
    try (RedisStore patient = RedisStore.connect(RedisFixture.patient(redis.port()))) {
      LeaseId lease = patient.lease(CALL);
      patient.put("leased", bytes("v"), StateStore.ABSENT, lease);
      redis.pauseProcess();
      Thread.sleep(2 * CALL.toMillis());
      redis.resumeProcess();
      assertThat(patient.get("leased")).isEmpty();
      assertThat(patient.keepAlive(lease)).isFalse();
    }
  }

  @Test
  void aServerThatComesBackEmptyIsNotBelieved() throws Exception {
    try (RedisServerProcess forgetful = RedisServerProcess.start(RedisFixture.version());
        RedisStore client = RedisStore.connect(RedisFixture.patient(forgetful.port()))) {
      client.put("k", bytes("v"), StateStore.ABSENT, null);
      var recorder = new Recorder();
      Watch _ = client.watch("k", client.list("").revision(), recorder);
      forgetful.kill();
      forgetful.restart();
      assertThat(recorder.awaitLost())
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("has lost data");
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(StoreException.Corrupt.class);
      assertThatThrownBy(() -> client.put("k", bytes("w"), StateStore.ANY, null))
          .isInstanceOf(StoreException.Corrupt.class);
      assertThatThrownBy(() -> client.watch("k", 0, new Recorder()))
          .isInstanceOf(StoreException.Corrupt.class);
      // Whoever begins now begins a store of its own, and the one who knew the old one still knows.
      try (RedisStore anew = RedisStore.connect(RedisFixture.patient(forgetful.port()))) {
        assertThat(anew.get("k")).isEmpty();
      }
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(StoreException.Corrupt.class);
    }
  }

  @Test
  void aServerThatLostItsLastWritesIsNotBelieved() throws Exception {
    try (RedisStore client = RedisStore.connect(RedisFixture.patient(redis.port()))) {
      client.put("k", bytes("1"), StateStore.ABSENT, null);
      try (RawRedis raw = redis.client()) {
        client.put("k", bytes("2"), StateStore.ANY, null);
        // What a replica that lags behind would have.
        raw.call("HSET", "drover:meta", "rev", "1");
      }
      assertThatThrownBy(() -> client.get("k"))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("acknowledged writes are gone");
    }
  }

  @Test
  void aServerThatMayDropKeysIsRefused() throws Exception {
    try (RedisServerProcess evicting =
            RedisServerProcess.start(
                RedisFixture.version(),
                "--maxmemory",
                "100mb",
                "--maxmemory-policy",
                "allkeys-lru");
        RedisStore client = impatient(evicting.port())) {
      assertThatThrownBy(() -> client.get("k"))
          .isInstanceOf(StoreException.Refused.class)
          .hasMessageContaining("noeviction");
    }
  }

  @Test
  void itsPasswordIsNeededAndNeverTold() throws Exception {
    String secret = "not-to-be-seen";
    try (RedisServerProcess guarded = RedisServerProcess.start(RedisFixture.version())) {
      try (RawRedis raw = guarded.client()) {
        raw.call("CONFIG", "SET", "requirepass", secret);
      }
      RedisStoreOptions plain = RedisFixture.patient(guarded.port());
      RedisStoreOptions known =
          plain.withLogin(Optional.empty(), Optional.of(new RedisStoreOptions.Password(secret)));
      assertThat(known.toString()).doesNotContain(secret);
      try (RedisStore client = RedisStore.connect(known)) {
        assertThat(client.put("k", bytes("v"), StateStore.ABSENT, null))
            .isInstanceOf(PutResult.Applied.class);
      }
      RedisStoreOptions wrong =
          plain.withLogin(
              Optional.empty(), Optional.of(new RedisStoreOptions.Password(secret + "!")));
      for (RedisStoreOptions each : new RedisStoreOptions[] {plain, wrong}) {
        try (RedisStore client = RedisStore.connect(each)) {
          assertThatThrownBy(() -> client.get("k"))
              .isInstanceOf(StoreException.Refused.class)
              .hasMessageNotContaining(secret);
        }
      }
    }
  }

  @Test
  void saysWhatItPromisesAndWhatNot() throws Exception {
    assertThat(store.guarantees().durable()).isTrue();
    assertThat(store.guarantees().replicated()).isFalse();
    assertThat(store.guarantees().caveat()).contains("everysec").contains("replica");
    try (RedisServerProcess forgetful = RedisServerProcess.start(RedisFixture.version());
        RedisStore client = RedisStore.connect(RedisFixture.patient(forgetful.port()))) {
      assertThat(client.guarantees().durable()).isFalse();
      assertThat(client.guarantees().caveat()).contains("no append-only file");
    }
  }
}
