package dev.drover.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.drover.store.LeaseId;
import dev.drover.store.PutResult;
import dev.drover.store.Recorder;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener.Event;
import dev.drover.store.log.MemoryCell.Fault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log below which answers are lost, and a database that forgets.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LogFaultsTest {
  private final MemoryCell cell = new MemoryCell();
  private final LogStore store = LogStore.open(cell.open(), LogStoreTest.options());
  private final LogStore other = LogStore.open(cell.open(), LogStoreTest.options());

  @AfterEach
  void close() {
    store.close();
    other.close();
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
  void aWriteWithoutAnAnswerIsDoneOnceAndSaidToBe(Fault fault) throws Exception {
    long before = applied(store.put("k", bytes("0"), StateStore.ABSENT, null));
    cell.next(fault);
    long version = applied(store.put("k", bytes("1"), before, null));
    assertThat(version).isEqualTo(before + 1);
    cell.arrive();
    assertThat(other.get("k").orElseThrow().version()).isEqualTo(version);
    assertThat(other.list("").revision()).isEqualTo(version);
  }

  @Test
  void aWriteThatSomebodyElsePreventedIsAConflictAndNotUnknown() throws Exception {
    long before = applied(store.put("k", bytes("0"), StateStore.ABSENT, null));
    cell.next(Fault.LATE_WITHOUT_ANSWER);
    Thread rival =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    PutResult _ = other.put("k", bytes("rival"), StateStore.ANY, null);
                  } catch (StoreException e) {
                    throw new AssertionError(e);
                  }
                });
    PutResult result = store.put("k", bytes("1"), before, null);
    rival.join();
    cell.arrive();
    String stands = new String(store.get("k").orElseThrow().value(), UTF_8);
    assertThat(stands).isEqualTo("rival");
    assertThat(other.get("k").orElseThrow().version())
        .isEqualTo(result instanceof PutResult.Applied ? before + 2 : before + 1);
  }

  @Test
  void aDatabaseThatHasLostItsLastWriteIsNotBelieved() throws Exception {
    applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    applied(store.put("k", bytes("2"), StateStore.ANY, null));
    cell.forgetLast();
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(StoreException.Corrupt.class)
        .hasMessageContaining("has lost acknowledged writes");
    assertThatThrownBy(() -> store.put("k", bytes("3"), StateStore.ANY, null))
        .isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aLogThatWentAnotherWayIsNotBelieved() throws Exception {
    applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    try (LogStore away = LogStore.open(cell.open(), LogStoreTest.options())) {
      assertThat(away.get("k")).isPresent();
      Head now = Codec.head(cell.content().orElseThrow().bytes());
      // As many changes as were, and one more, but others.
      byte[] batch = Codec.batch(new Batch("nobody", 1, List.of(new Change.Extended(9))));
      Head forged =
          new Head(now.generation(), 0, 0, now.snapshot(), List.of(), List.of(), List.of())
              .appended(batch);
      for (int i = 0; i < 3; i++) {
        forged = forged.appended(batch);
      }
      var _ =
          cell.open().swap(cell.content().map(Cell.Content::at), Codec.head(forged), deadline());
      assertThatThrownBy(() -> away.get("k"))
          .isInstanceOf(StoreException.Corrupt.class)
          .hasMessageContaining("is not what followed it before");
    }
  }

  private static Deadline deadline() {
    return LogStoreTest.options().deadline();
  }

  @Test
  void aDatabaseThatWasEmptiedIsNotBelievedAndItsWatchesAreTold() throws Exception {
    applied(store.put("k", bytes("1"), StateStore.ABSENT, null));
    var recorder = new Recorder();
    Watch _ = store.watch("", store.list("").revision(), recorder);
    cell.forgetAll();
    assertThatThrownBy(() -> store.get("k")).isInstanceOf(StoreException.Corrupt.class);
    assertThat(recorder.awaitLost()).isInstanceOf(StoreException.Corrupt.class);
  }

  @Test
  void aLongLogIsMadeShortAndANewClientReadsTheSame() throws Exception {
    var recorder = new Recorder();
    LeaseId lease = store.lease(Duration.ofMinutes(5));
    applied(store.put("leased", bytes("v"), StateStore.ABSENT, lease));
    try (Watch _ = other.watch("big/", other.list("").revision(), recorder)) {
      for (int i = 0; i < 60; i++) {
        applied(store.put("big/" + i % 7, new byte[400_000], StateStore.ANY, null));
        applied(store.put("small/" + i % 3, bytes("" + i), StateStore.ANY, null));
        // The log is kept for a while, and not for a watch that is slower than that.
        int written = i + 1;
        assertThat(recorder.await(seen -> seen.size() == written)).hasSize(written);
      }
    }
    assertThat(Codec.head(cell.content().orElseThrow().bytes()).snapshot().index()).isPositive();
    assertThat(cell.blobs()).isLessThan(60);
    try (LogStore late = LogStore.open(cell.open(), LogStoreTest.options())) {
      assertThat(versions(late)).isEqualTo(versions(store)).hasSize(11);
      assertThat(late.list("").revision()).isEqualTo(store.list("").revision());
      assertThat(late.get("big/3").orElseThrow().value()).hasSize(400_000);
      assertThat(late.keepAlive(lease)).isTrue();
      assertThat(applied(late.put("new", bytes("v"), StateStore.ABSENT, null)))
          .isEqualTo(store.list("").revision());
    }
  }

  private static List<String> versions(StateStore store) throws StoreException {
    return store.list("").entries().stream().map(e -> e.key() + "@" + e.version()).toList();
  }

  @Test
  void aLeaseThatAnotherExtendsIsNotEndedByWhoeverWatches() throws Exception {
    LeaseId lease = store.lease(Duration.ofMillis(300));
    applied(store.put("k", bytes("v"), StateStore.ABSENT, lease));
    for (int i = 0; i < 30; i++) {
      assertThat((i % 2 == 0 ? store : other).keepAlive(lease)).isTrue();
      Thread.sleep(50);
    }
    store.close();
    var recorder = new Recorder();
    try (Watch _ = other.watch("k", other.list("").revision(), recorder)) {
      assertThat(recorder.await(seen -> seen.size() == 1).getFirst())
          .isInstanceOf(Event.Deleted.class);
    }
  }

  @Test
  void aLeaseGetsItsFullTimeWhenAnotherMachineTookOver() throws Exception {
    var ttl = Duration.ofMillis(800);
    LeaseId lease = store.lease(ttl);
    applied(store.put("k", bytes("v"), StateStore.ABSENT, lease));
    Thread.sleep(500);
    long before = System.nanoTime();
    cell.newTerm();
    applied(store.put("other", bytes("v"), StateStore.ABSENT, null));
    while (other.get("k").isPresent()) {
      Thread.sleep(5);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(ttl);
  }
}
