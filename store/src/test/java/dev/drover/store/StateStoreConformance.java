package dev.drover.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.drover.store.PutResult.Applied;
import dev.drover.store.PutResult.Conflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every [StateStore] must do: keys, versions, and what survives. Leases and watches are in
/// [LeaseAndWatchConformance].
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class StateStoreConformance {
  private StoreFixture fixture;

  /// Opens an empty store.
  protected abstract StoreFixture open() throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    fixture = open();
  }

  @AfterEach
  void closeStore() throws Exception {
    fixture.close();
  }

  /// The store under test.
  protected final StateStore store() {
    return fixture.store();
  }

  /// What the test has in hand.
  protected final StoreFixture fixture() {
    return fixture;
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /// The version of a write that must succeed.
  protected static long applied(PutResult result) {
    assertThat(result).isInstanceOf(Applied.class);
    return ((Applied) result).version();
  }

  static void all(List<Callable<Void>> tasks) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> each : executor.invokeAll(tasks, 90, TimeUnit.SECONDS)) {
        try {
          each.get();
        } catch (ExecutionException e) {
          throw new AssertionError(e.getCause());
        }
      }
    }
  }

  @Test
  void anAbsentKeyIsEmpty() throws Exception {
    assertThat(store().get("nothing/here")).isEmpty();
    assertThat(store().list("nothing/").entries()).isEmpty();
  }

  @Test
  void aWriteIsReadBackWithItsVersion() throws Exception {
    long version = applied(store().put("a/b", bytes("x"), StateStore.ABSENT, null));
    Entry entry = store().get("a/b").orElseThrow();
    assertThat(entry.key()).isEqualTo("a/b");
    assertThat(entry.value()).isEqualTo(bytes("x"));
    assertThat(entry.version()).isEqualTo(version).isPositive();
    assertThat(entry.lease()).isNull();
  }

  @Test
  void aWriteAtAnotherVersionIsAConflictAndShowsWhatStandsThere() throws Exception {
    long first = applied(store().put("k", bytes("1"), StateStore.ABSENT, null));
    long second = applied(store().put("k", bytes("2"), first, null));
    assertThat(second).isGreaterThan(first);
    for (long wrong : new long[] {StateStore.ABSENT, first, second + 1}) {
      var conflict = (Conflict) store().put("k", bytes("3"), wrong, null);
      assertThat(conflict.current().orElseThrow().version()).isEqualTo(second);
      assertThat(conflict.current().orElseThrow().value()).isEqualTo(bytes("2"));
      assertThat(store().delete("k", wrong)).isInstanceOf(Conflict.class);
    }
    assertThat(store().put("absent", bytes("3"), second, null))
        .isEqualTo(new Conflict(Optional.empty()));
    assertThat(store().get("k").orElseThrow().value()).isEqualTo(bytes("2"));
    applied(store().put("k", bytes("4"), StateStore.ANY, null));
  }

  @Test
  void anOrderedWriteIsSeenAtOnceAndSurvivesWithTheSyncedOneAfterIt() throws Exception {
    long first = applied(store().put("k", bytes("1"), StateStore.ABSENT, null, Durability.ORDERED));
    assertThat(fixture.secondClient().get("k").orElseThrow().version()).isEqualTo(first);
    assertThat(store().put("k", bytes("2"), StateStore.ABSENT, null, Durability.ORDERED))
        .isInstanceOf(Conflict.class);
    applied(store().put("later", bytes("2"), StateStore.ABSENT, null));
    assumeTrue(fixture.kill());
    assertThat(store().get("later")).isPresent();
    assertThat(store().get("k").orElseThrow().version()).isEqualTo(first);
  }

  @Test
  void aDeletedKeysVersionNeverComesBack() throws Exception {
    long first = applied(store().put("k", bytes("1"), StateStore.ABSENT, null));
    applied(store().delete("k", first));
    assertThat(store().get("k")).isEmpty();
    assertThat(store().put("k", bytes("2"), first, null)).isEqualTo(new Conflict(Optional.empty()));
    long again = applied(store().put("k", bytes("2"), StateStore.ABSENT, null));
    assertThat(again).isGreaterThan(first);
    assertThat(store().delete("k", first)).isInstanceOf(Conflict.class);
  }

  @Test
  void deletingAnAbsentKeySucceedsAndChangesNothing() throws Exception {
    applied(store().put("other", bytes("1"), StateStore.ABSENT, null));
    long before = store().list("").revision();
    assertThat(store().delete("k", StateStore.ANY)).isInstanceOf(Applied.class);
    assertThat(store().delete("k", StateStore.ABSENT)).isInstanceOf(Applied.class);
    assertThat(store().delete("k", 7)).isEqualTo(new Conflict(Optional.empty()));
    assertThat(store().list("").revision()).isEqualTo(before);
  }

  @Test
  void manyWritersOfOneCounterLoseNoIncrement() throws Exception {
    int writers = 8;
    int each = 25;
    var tasks = new ArrayList<Callable<Void>>();
    for (int writer = 0; writer < writers; writer++) {
      StateStore client = writer % 2 == 0 ? fixture.store() : fixture.secondClient();
      tasks.add(
          () -> {
            for (int i = 0; i < each; i++) {
              increment(client, "counter");
            }
            return null;
          });
    }
    all(tasks);
    assertThat(store().get("counter").orElseThrow().value())
        .isEqualTo(bytes(Integer.toString(writers * each)));
  }

  private static void increment(StateStore client, String key) throws StoreException {
    while (true) {
      Optional<Entry> current = client.get(key);
      long version = current.map(Entry::version).orElse(StateStore.ABSENT);
      int count = current.map(e -> Integer.parseInt(new String(e.value(), UTF_8))).orElse(0);
      if (client.put(key, bytes(Integer.toString(count + 1)), version, null) instanceof Applied) {
        return;
      }
    }
  }

  @Test
  void aReaderNeverSeesLessThanWhatWasAcknowledgedToAnother() throws Exception {
    var acknowledged = new AtomicLong(applied(store().put("k", bytes("0"), 0, null)));
    int writes = 200;
    Callable<Void> writer =
        () -> {
          for (int i = 0; i < writes; i++) {
            acknowledged.set(applied(store().put("k", bytes("" + i), StateStore.ANY, null)));
          }
          acknowledged.set(-1);
          return null;
        };
    Callable<Void> reader =
        () -> {
          StateStore client = fixture.secondClient();
          for (long least = acknowledged.get(); least != -1; least = acknowledged.get()) {
            assertThat(client.get("k").orElseThrow().version()).isGreaterThanOrEqualTo(least);
            assertThat(client.list("k").entries().getFirst().version())
                .isGreaterThanOrEqualTo(least);
          }
          return null;
        };
    all(List.of(writer, reader, reader));
  }

  @Test
  void aPrefixListsItsKeysInOrderAndNoOthers() throws Exception {
    List<String> keys =
        List.of("a", "a!", "a/", "a/1", "a/10", "a/2", "a0", "b/1", "a/é", "a/\uffff");
    for (String key : keys) {
      applied(store().put(key, bytes(key), StateStore.ABSENT, null));
    }
    assertThat(keysOf("a/")).containsExactly("a/", "a/1", "a/10", "a/2", "a/é", "a/\uffff");
    assertThat(keysOf("a/1")).containsExactly("a/1", "a/10");
    assertThat(keysOf("")).containsExactlyElementsOf(keys.stream().sorted().toList());
    assertThat(keysOf("c")).isEmpty();
  }

  private List<String> keysOf(String prefix) throws StoreException {
    return store().list(prefix).entries().stream().map(Entry::key).toList();
  }

  @Test
  void oddKeysAreKeysLikeAnyOther() throws Exception {
    List<String> odd =
        List.of(
            " ",
            "/",
            "//",
            "a b/c%20d",
            "%",
            "%2F",
            "ключ/鍵/🔑",
            "a\nb",
            "..",
            "../x",
            "*?[a]",
            "a\"b'c\\",
            "x".repeat(StateStore.KEY_BYTES_MAX));
    for (String key : odd) {
      applied(store().put(key, bytes(key), StateStore.ABSENT, null));
    }
    for (String key : odd) {
      assertThat(store().get(key).orElseThrow().value()).isEqualTo(bytes(key));
    }
    assertThat(keysOf("")).containsExactlyInAnyOrderElementsOf(odd);
    for (String key : odd) {
      applied(store().delete(key, StateStore.ANY));
    }
    assertThat(keysOf("")).isEmpty();
  }

  @Test
  void keysPastTheLimitAreRefused() throws Exception {
    for (String key :
        List.of(
            "",
            "x".repeat(StateStore.KEY_BYTES_MAX + 1),
            "é".repeat(StateStore.KEY_BYTES_MAX / 2 + 1))) {
      assertThatThrownBy(() -> store().put(key, bytes("v"), StateStore.ANY, null))
          .isInstanceOf(StoreException.Refused.class);
    }
    assertThat(keysOf("")).isEmpty();
  }

  @Test
  void aValueMayHaveAMebibyteAndNotOneByteMore() throws Exception {
    var value = new byte[StateStore.VALUE_BYTES_MAX];
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (i * 31);
    }
    applied(store().put("large", value, StateStore.ABSENT, null));
    applied(store().put("empty", new byte[0], StateStore.ABSENT, null));
    assertThat(store().get("large").orElseThrow().value()).isEqualTo(value);
    assertThat(store().get("empty").orElseThrow().value()).isEmpty();
    assertThatThrownBy(() -> store().put("large", new byte[value.length + 1], StateStore.ANY, null))
        .isInstanceOf(StoreException.Refused.class)
        .hasMessageContaining("large");
    assertThat(store().get("large").orElseThrow().value()).isEqualTo(value);
  }

  @Test
  void aListingOfManyLargeValuesIsWhole() throws Exception {
    for (int i = 0; i < 12; i++) {
      applied(store().put("large/" + i, new byte[StateStore.VALUE_BYTES_MAX], 0, null));
    }
    Listing listing = store().list("large/");
    assertThat(listing.entries()).hasSize(12);
    assertThat(listing.entries()).allMatch(e -> e.value().length == StateStore.VALUE_BYTES_MAX);
  }

  @Test
  void aRestartKeepsEverything() throws Exception {
    assertKept(fixture::restart);
  }

  @Test
  void aCrashKeepsEverythingThatWasAcknowledged() throws Exception {
    assertKept(fixture::kill);
  }

  private void assertKept(Callable<Boolean> stopAndStart) throws Exception {
    for (int i = 0; i < 50; i++) {
      applied(store().put("k/" + i, bytes("v" + i), StateStore.ABSENT, null));
    }
    applied(store().delete("k/7", StateStore.ANY));
    long changed = applied(store().put("k/8", bytes("changed"), StateStore.ANY, null));
    applied(store().delete("k/9", StateStore.ANY));
    Listing before = store().list("");
    assumeTrue(stopAndStart.call());
    Listing after = store().list("");
    assertThat(after.entries()).usingRecursiveComparison().isEqualTo(before.entries());
    assertThat(store().get("k/8").orElseThrow().version()).isEqualTo(changed);
    long next = applied(store().put("k/7", bytes("again"), StateStore.ABSENT, null));
    assertThat(next).isGreaterThan(before.revision());
  }

  /// An outcome is Applied, Conflict or unknown, and a read settles it.
  @Test
  void aCutConnectionNeverMakesAWriteLookOtherThanItWas() throws Exception {
    assumeTrue(fixture.cutConnection());
    long version = StateStore.ABSENT;
    int unknown = 0;
    for (int i = 0; i < 60; i++) {
      byte[] value = bytes("write " + i);
      Thread cutter = Thread.ofVirtual().unstarted(fixture::cutConnection);
      if (i % 3 == 0) {
        cutter.start();
      }
      try {
        PutResult result = store().put("k", value, version, null);
        version = applied(result);
        assertThat(store().get("k").orElseThrow().value()).isEqualTo(value);
      } catch (StoreException.OutcomeUnknown e) {
        unknown++;
        version = settle(value, version);
      } catch (StoreException.Unavailable e) {
        assertThat(fixture.secondClient().get("k").map(Entry::version).orElse(0L))
            .isEqualTo(version);
      }
      if (i % 3 == 0) {
        cutter.join();
      }
    }
    assertThat(unknown).isLessThan(60);
  }

  /// After an unknown outcome: the write was done with this value, or the key is as it was.
  private long settle(byte[] value, long formerVersion) throws Exception {
    // A write that is still under way on the other side may yet be done: fence it by another.
    Entry now = store().get("k").orElse(null);
    if (now == null || now.version() == formerVersion) {
      PutResult fence = store().put("k", value, formerVersion, null);
      return fence instanceof Applied applied
          ? applied.version()
          : ((Conflict) fence).current().orElseThrow().version();
    }
    assertThat(now.value()).isEqualTo(value);
    return now.version();
  }

  @Test
  void aClosedStoreRefusesInsteadOfAnsweringNothing() throws Exception {
    StateStore closing = fixture.store();
    closing.close();
    assertThatThrownBy(() -> closing.get("k")).isInstanceOf(StoreException.Unavailable.class);
    assertThatThrownBy(() -> closing.put("k", bytes("v"), StateStore.ANY, null))
        .isInstanceOf(StoreException.Unavailable.class);
  }
}
