package dev.drover.store.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.store.Durability;
import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.StoreFixture;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The conformance kit on a store on disk, which compacts its log all the time.
final class EmbeddedStoreTest extends LeaseAndWatchConformance {
  @TempDir Path directory;

  @Override
  protected StoreFixture open() throws StoreException {
    return new Fixture(directory.resolve("a"));
  }

  /// Opens with a log so short that compactions run beside everything.
  static EmbeddedStore openCompacting(Path directory) throws StoreException {
    return EmbeddedStore.open(
        directory, new EmbeddedStore.Options(System::nanoTime, InstantSource.system(), 2_000));
  }

  @Test
  void aCrashForgetsOrderedWritesFromTheEndAndNoRevisionIsGivenTwice() throws Exception {
    applied(ordered("first"));
    applied(store().put("synced", new byte[1], StateStore.ABSENT, null));
    long seen = 0;
    for (int i = 0; i < 3; i++) {
      seen = applied(ordered("forgotten" + i));
    }
    assertThat(store().list("forgotten").entries()).hasSize(3);
    fixture().kill();
    assertThat(store().get("first")).isPresent();
    assertThat(store().get("synced")).isPresent();
    assertThat(store().list("forgotten").entries()).isEmpty();
    assertThat(applied(store().put("next", new byte[1], StateStore.ABSENT, null)))
        .isGreaterThan(seen);
    var lost = new CompletableFuture<StoreException>();
    try (Watch _ =
        store()
            .watch(
                "",
                seen,
                new WatchListener() {
                  @Override
                  public void changed(List<Event> events) {
                    lost.completeExceptionally(new AssertionError("a gap before " + events));
                  }

                  @Override
                  public void lost(StoreException why) {
                    lost.complete(why);
                  }
                })) {
      assertThat(lost.get(10, TimeUnit.SECONDS)).isInstanceOf(StoreException.HistoryGone.class);
    }
  }

  @Test
  void orderedWritesReachTheDiskByThemselvesAndWithACleanEnd() throws Exception {
    applied(ordered("waited for"));
    Path log = directory.resolve("a").resolve(CommitLog.NAME);
    while (!Files.readString(log, ISO_8859_1).contains("waited for")) {
      Thread.sleep(20);
    }
    applied(ordered("closed with"));
    fixture().restart();
    assertThat(store().list("").entries()).hasSize(2);
  }

  @Test
  void moreOrderedWritesThanMayBeForgottenAreSynced() throws Exception {
    for (int i = 0; i <= EmbeddedStore.DEFERRED_MAX; i++) {
      applied(ordered("k" + i));
    }
    fixture().kill();
    assertThat(store().list("k").entries()).hasSize(EmbeddedStore.DEFERRED_MAX + 1);
  }

  private PutResult ordered(String key) throws StoreException {
    return store().put(key, new byte[1], StateStore.ABSENT, null, Durability.ORDERED);
  }

  private static final class Fixture implements StoreFixture {
    private Path directory;
    private EmbeddedStore store;

    Fixture(Path directory) throws StoreException {
      this.directory = directory;
      store = openCompacting(directory);
    }

    @Override
    public StateStore store() {
      return store;
    }

    @Override
    public StateStore secondClient() {
      return store;
    }

    @Override
    public boolean restart() throws Exception {
      store.close();
      store = openCompacting(directory);
      return true;
    }

    /// Goes on with a copy of what is on disk, while the old one stands there unclosed.
    @Override
    public boolean kill() throws Exception {
      Path copy = directory.resolveSibling("copy");
      Files.createDirectories(copy);
      Files.copy(directory.resolve(CommitLog.NAME), copy.resolve(CommitLog.NAME));
      EmbeddedStore dead = store;
      store = openCompacting(copy);
      directory = copy;
      dead.close();
      return true;
    }

    @Override
    public void close() {
      store.close();
    }
  }
}
