package dev.drover.store.embedded;

import dev.drover.store.LeaseAndWatchConformance;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.StoreFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
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
