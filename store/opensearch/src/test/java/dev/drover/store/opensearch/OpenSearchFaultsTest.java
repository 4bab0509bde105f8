package dev.drover.store.opensearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.opensearch.server.NodeProgram;
import dev.drover.opensearch.server.TestCluster;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.testing.Relay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A real node that is killed, stopped, cut off, or comes back without what it had.
@Tag("alone")
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OpenSearchFaultsTest {
  private static final AtomicInteger INDEXES = new AtomicInteger();
  private static final Duration CALL = Duration.ofMillis(1_500);
  private static final Duration ATTEMPT = Duration.ofMillis(500);

  @TempDir static Path directory;
  private static TestCluster node;

  private Relay relay;
  private String index;
  private StateStore patient;
  private StateStore store;

  @BeforeAll
  static void startNode() throws Exception {
    node = TestCluster.start(NodeProgram.Release.THREE, directory.resolve("node"));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  /// Both have written and read once, so that only the fault is slow.
  @BeforeEach
  void start() throws Exception {
    index = "faults-" + INDEXES.incrementAndGet();
    relay = new Relay(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
    patient = OpenSearchStore.connect(OpenSearchFixture.patient(node.port(), index));
    applied(patient.put("begun", bytes(""), StateStore.ABSENT, null));
    store =
        OpenSearchStore.connect(
            OpenSearchFixture.at(relay.port(), index).withTimeouts(CALL, ATTEMPT));
    while (!read(store)) {
      Thread.sleep(50);
    }
  }

  private static boolean read(StateStore store) throws StoreException {
    try {
      return store.get("begun").isPresent();
    } catch (StoreException.Unavailable e) {
      return false;
    }
  }

  @AfterEach
  void stop() throws Exception {
    store.close();
    patient.close();
    relay.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static long applied(PutResult result) {
    assertThat(result).isInstanceOf(PutResult.Applied.class);
    return ((PutResult.Applied) result).version();
  }

  private static void signal(String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(node.process().pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void whatWasSentToASleepingNodeIsUnknownAndAReadSaysWhatItWas() throws Exception {
    signal("STOP");
    try {
      assertThatThrownBy(() -> store.put("k", bytes("1"), StateStore.ABSENT, null))
          .isInstanceOf(StoreException.OutcomeUnknown.class);
      assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Unavailable.class);
    } finally {
      signal("CONT");
    }
    // It was sent before this: so it is done, or its place is taken.
    PutResult fence = patient.put("k", bytes("2"), StateStore.ABSENT, null);
    String stands = new String(patient.get("k").orElseThrow().value(), UTF_8);
    assertThat(stands).isEqualTo(fence instanceof PutResult.Applied ? "2" : "1");
    Thread.sleep(200);
    assertThat(patient.get("k").orElseThrow().value()).isEqualTo(bytes(stands));
  }

  @Test
  void whatWasSentIntoAPartitionIsUnknown() throws Exception {
    relay.silence(true);
    assertThatThrownBy(() -> store.put("k", bytes("1"), StateStore.ABSENT, null))
        .isInstanceOf(StoreException.OutcomeUnknown.class);
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Unavailable.class);
    relay.silence(false);
    relay.cut();
    assertThat(patient.get("k")).isEmpty();
  }

  @Test
  void aCutThatIsMendedLeavesNoOutcomeUnknown() throws Exception {
    try (StateStore cut = OpenSearchStore.connect(OpenSearchFixture.patient(relay.port(), index))) {
      for (int i = 0; i < 40; i++) {
        Thread cutter = Thread.ofVirtual().start(relay::cut);
        assertThat(applied(cut.put("k", bytes("" + i), i == 0 ? 0 : version(), null)))
            .isEqualTo(version());
        cutter.join();
      }
    }
    assertThat(patient.get("k").orElseThrow().value()).isEqualTo(bytes("39"));
  }

  private long version() throws StoreException {
    return patient.get("k").orElseThrow().version();
  }

  @Test
  void nothingThatWasAcknowledgedIsLostAndNoChangeUnseenWhenTheNodeIsKilled() throws Exception {
    var recorder = new Recorder();
    Listing start = patient.list("");
    var counted = new AtomicInteger();
    try (StateStore writer =
            OpenSearchStore.connect(OpenSearchFixture.patient(node.port(), index));
        Watch _ = store.watch("count", start.revision(), recorder)) {
      Thread thread =
          Thread.ofVirtual()
              .start(
                  () -> {
                    long version = StateStore.ABSENT;
                    while (counted.get() < 200) {
                      try {
                        byte[] next = bytes("" + counted.get());
                        version = applied(writer.put("count", next, version, null));
                        counted.incrementAndGet();
                      } catch (StoreException e) {
                        throw new AssertionError(e);
                      }
                    }
                  });
      while (counted.get() < 30) {
        Thread.sleep(5);
      }
      node.kill();
      node.restart();
      thread.join();
      assertThat(counted.get()).isEqualTo(200);
      recorder.await(seen -> seen.size() >= 200);
      assertThat(recorder.events()).hasSize(200);
    }
    assertThat(patient.get("count").orElseThrow().value()).isEqualTo(bytes("199"));
    // All that was written, and nothing twice.
    assertThat(patient.list("").revision()).isEqualTo(start.revision() + 200);
  }

  @Test
  void whatNeverLeftWasNotDone() throws Exception {
    relay.close();
    assertThatThrownBy(() -> store.put("k", bytes("1"), StateStore.ANY, null))
        .isInstanceOf(StoreException.Unavailable.class);
    assertThat(patient.get("k")).isEmpty();
  }

  @Test
  void anIndexThatWasDeletedIsNotBelieved() throws Exception {
    var recorder = new Recorder();
    Watch _ = patient.watch("", patient.list("").revision(), recorder);
    node.call("DELETE", "/" + index, "");
    assertThatThrownBy(() -> patient.get("begun"))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("has lost acknowledged writes");
    assertThat(recorder.awaitLost()).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void anIndexWhoseReplicaIsAwayIsReadByItsCheckpoint() throws Exception {
    node.call(
        "PUT",
        "/" + index + "/_settings",
        "{\"index\":{\"number_of_replicas\":1,\"write.wait_for_active_shards\":\"1\"}}");
    for (int i = 0; i < 30; i++) {
      long version = applied(patient.put("k", bytes("" + i), StateStore.ANY, null));
      assertThat(store.get("k").orElseThrow().version()).isEqualTo(version);
    }
  }

  @Test
  void anIndexThatWantsMoreCopiesThanThereAreIsNotWritten() throws Exception {
    try (StateStore wanting =
        OpenSearchStore.connect(
            OpenSearchFixture.at(node.port(), index + "-three")
                .withIndex(index + "-three", 3)
                .withTimeouts(CALL, ATTEMPT))) {
      assertThatThrownBy(() -> wanting.put("k", bytes("1"), StateStore.ABSENT, null))
          .isInstanceOf(StoreException.Unavailable.class);
      assertThat(wanting.guarantees().replicated()).isTrue();
    }
    node.call("DELETE", "/" + index + "-three", "");
  }

  @Test
  void anIndexWithMoreThanOneShardIsRefused() throws Exception {
    node.call("PUT", "/" + index + "-wide", "{\"settings\":{\"index.number_of_shards\":2}}");
    try (StateStore wide =
        OpenSearchStore.connect(OpenSearchFixture.patient(node.port(), index + "-wide"))) {
      assertThatThrownBy(() -> wide.get("k"))
          .isInstanceOf(StoreException.Refused.class)
          .hasMessageContaining("2 shards");
    }
  }

  @Test
  void saysWhatItPromisesAndWhatNot() throws Exception {
    assertThat(patient.guarantees().durable()).isTrue();
    assertThat(patient.guarantees().replicated()).isFalse();
    assertThat(patient.guarantees().watchInterval()).isEqualTo(Duration.ofMillis(25));
    assertThat(patient.guarantees().caveat()).contains("one copy").contains("snapshot");
    node.call("PUT", "/" + index + "/_settings", "{\"index\":{\"translog.durability\":\"async\"}}");
    try (StateStore careless =
        OpenSearchStore.connect(OpenSearchFixture.patient(node.port(), index))) {
      assertThat(careless.get("begun")).isPresent();
      assertThat(careless.guarantees().durable()).isFalse();
      assertThat(careless.guarantees().caveat()).contains("async");
    }
  }
}
