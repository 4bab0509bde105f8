package dev.drover.store.embedded;

import dev.drover.store.Durability;
import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.map.MapStore;
import dev.drover.store.map.Mutation;
import dev.drover.store.map.StoreMap;
import dev.drover.store.trace.Leg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store in the files of one directory, held by one process. A synced write is on disk before it
/// is acknowledged, or seen by anyone. An ordered one is kept in memory until the next synced one,
/// and goes to disk in the same record, so that no crash leaves a later write without it.
///
/// | a commit's write | then | its callers get |
/// |---|---|---|
/// | succeeded | published | their answers |
/// | failed, and was taken back | the store goes on without it | Refused |
/// | failed, and could not be taken back | everything is refused until the store is opened again | OutcomeUnknown |
public final class EmbeddedStore extends MapStore {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStore.class);

  static final long COMPACT_AFTER_BYTES_MAX = 256L << 20;

  /// How many mutations may be kept in memory, and forgotten by a crash.
  static final int DEFERRED_MAX = 1_024;

  private static final int DEFERRED_VALUE_BYTES_MAX = 1 << 20;
  private static final long DEFERRED_NANOS_MAX = 1_000_000_000;

  private final Path directory;
  private final HolderLock holder;
  private final CommitLog log;
  private final GroupCommit commits = new GroupCommit(this::commitBatch);
  private final Compaction compaction;

  /// The published state and what the batch in hand has decided. Guarded by `commits`.
  private StoreMap working;

  /// What is published, but not on disk yet. Guarded by `commits`.
  private final List<Mutation> deferred = new ArrayList<>();

  private long deferredValueBytes;

  /// Whether a thread waits to sync what is deferred. Guarded by `commits`.
  private boolean syncPlanned;

  private volatile @Nullable String failure;
  private volatile boolean closed;

  /// @param nanoClock what leases are measured by
  /// @param clock the time that the holder's file shows
  /// @param compactAfterBytes how much is committed at least before a new snapshot replaces the log
  public record Options(LongSupplier nanoClock, InstantSource clock, long compactAfterBytes) {
    public Options {
      if (compactAfterBytes < 1) {
        throw new IllegalArgumentException("compactAfterBytes must be positive");
      }
      if (compactAfterBytes > COMPACT_AFTER_BYTES_MAX) {
        throw new IllegalArgumentException(
            "compactAfterBytes must be at most " + COMPACT_AFTER_BYTES_MAX);
      }
    }

    public static Options defaults() {
      return new Options(System::nanoTime, InstantSource.system(), 8L << 20);
    }
  }

  /// Opens the store in a directory, which is created if need be.
  ///
  /// @throws StoreException.Unavailable if another process holds it, or it cannot be read
  /// @throws StoreException.Corrupt if what is there does not check
  public static EmbeddedStore open(Path directory) throws StoreException {
    return open(directory, Options.defaults());
  }

  public static EmbeddedStore open(Path directory, Options options) throws StoreException {
    return open(directory, options, LogFile::open);
  }

  static EmbeddedStore open(Path directory, Options options, LogFile.Opener opener)
      throws StoreException {
    try {
      Files.createDirectories(directory);
      HolderLock holder = HolderLock.take(directory, options.clock().instant());
      try {
        return openHeld(directory, options, opener, holder);
      } catch (IOException | StoreException e) {
        holder.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StoreException.Unavailable(
          "cannot open the store in %s: %s".formatted(directory, e), e);
    }
  }

  private static EmbeddedStore openHeld(
      Path directory, Options options, LogFile.Opener opener, HolderLock holder)
      throws IOException, StoreException {
    var map = new StoreMap();
    CommitLog log;
    if (CommitLog.existsIn(directory)) {
      long now = options.nanoClock().getAsLong();
      log =
          CommitLog.open(
              directory, mutations -> mutations.forEach(next -> replay(map, next, now)), opener);
      // Revisions that were seen and then forgotten are never given again.
      var skip = new Mutation.Skip(map.revision() + DEFERRED_MAX);
      log.append(MutationCodec.encode(List.of(skip)));
      replay(map, skip, now);
    } else if (HolderLock.wasHeld(directory)) {
      throw new StoreException.Corrupt(
          "%s held a store, but its %s is missing: bring it back, or empty the directory"
              .formatted(directory, CommitLog.NAME),
          null);
    } else {
      log =
          CommitLog.create(
              directory,
              map.snapshot(),
              Compaction.spareBytes(options.compactAfterBytes()),
              opener);
    }
    holder.announce("");
    var store = new EmbeddedStore(directory, options, holder, log, map);
    store.startExpirer();
    return store;
  }

  private EmbeddedStore(
      Path directory, Options options, HolderLock holder, CommitLog log, StoreMap published) {
    super(published, options.nanoClock());
    this.directory = directory;
    this.holder = holder;
    this.log = log;
    working = copyOf(published.snapshot());
    compaction =
        new Compaction(log, commits, this::snapshot, this::fail, options.compactAfterBytes());
  }

  /// Tells other processes where this one serves the store.
  public void announce(String address) throws StoreException {
    try {
      holder.announce(address);
    } catch (IOException e) {
      throw new StoreException.Unavailable("cannot write who holds " + directory, e);
    }
  }

  @Override
  public Guarantees guarantees() {
    return new Guarantees(
        "embedded", true, false, Duration.ZERO, "one machine: its disk is the only copy");
  }

  @Override
  protected <R> R commit(Request<R> request, Durability durability) throws StoreException {
    return commits.commit(request, durability);
  }

  @Override
  public boolean ordersAtOnce() {
    return commits.isIdle();
  }

  @Override
  protected void checkReadable() throws StoreException {
    super.checkReadable();
    String why = failure;
    if (why != null) {
      throw new StoreException.Unavailable(why, null);
    }
  }

  @Override
  public void close() {
    super.close();
    compaction.close();
    commits.exclusively(
        () -> {
          if (!closed) {
            syncDeferred();
            closed = true;
            closeFiles();
          }
        });
  }

  private void closeFiles() {
    try (holder;
        log) {
      LOG.debug("Closing the store in {}", directory);
    } catch (IOException e) {
      LOG.warn(
          "The store in {} did not close cleanly; what was synced before is on disk", directory, e);
    }
  }

  private void commitBatch(List<GroupCommit.Waiter<?>> batch) {
    try {
      checkReadable();
      var mutations = new ArrayList<Mutation>();
      boolean ordered = true;
      for (GroupCommit.Waiter<?> waiter : batch) {
        Mutation mutation = waiter.decide(working);
        if (mutation != null) {
          // Deadlines of the working map are never asked for.
          var _ = working.apply(mutation, 0);
          mutations.add(mutation);
          ordered &= waiter.durability() == Durability.ORDERED;
        }
      }
      if (mutations.isEmpty()) {
        return;
      }
      if (ordered && tryDefer(mutations)) {
        publish(mutations);
      } else {
        byte[] payload = write(mutations);
        publish(mutations);
        compaction.committed(payload);
      }
    } catch (StoreException e) {
      batch.forEach(waiter -> waiter.fail(e));
    } catch (RuntimeException | Error e) {
      fail("a bug stopped a commit: " + e);
      batch.forEach(
          waiter -> waiter.fail(new StoreException.OutcomeUnknown("a bug stopped the commit", e)));
      throw e;
    } finally {
      batch.forEach(GroupCommit.Waiter::settle);
    }
  }

  /// @return false if that would be more than may be forgotten
  private boolean tryDefer(List<Mutation> mutations) {
    long valueBytes =
        mutations.stream().mapToLong(m -> m instanceof Mutation.Put p ? p.value().length : 0).sum();
    if (deferred.size() + mutations.size() > DEFERRED_MAX
        || deferredValueBytes + valueBytes > DEFERRED_VALUE_BYTES_MAX) {
      return false;
    }
    planSync();
    deferred.addAll(mutations);
    deferredValueBytes += valueBytes;
    return true;
  }

  private void planSync() {
    if (!syncPlanned) {
      syncPlanned = true;
      Thread.ofVirtual().name("store sync").start(this::syncDeferredSoon);
    }
  }

  private void syncDeferredSoon() {
    LockSupport.parkNanos(this, DEFERRED_NANOS_MAX);
    commits.exclusively(
        () -> {
          syncPlanned = false;
          syncDeferred();
        });
  }

  private void syncDeferred() {
    if (deferred.isEmpty() || closed || failure != null) {
      return;
    }
    try {
      compaction.committed(write(List.of()));
    } catch (StoreException e) {
      LOG.warn("What was acknowledged unsynced is still not on disk: {}", e.getMessage());
      if (failure == null) {
        planSync();
      }
    }
  }

  /// Writes what was deferred, and these, as one record.
  private byte[] write(List<Mutation> mutations) throws StoreException {
    var all = new ArrayList<>(deferred);
    all.addAll(mutations);
    byte[] payload = MutationCodec.encode(all);
    try {
      long begun = Leg.begun();
      log.append(payload);
      Leg.ended("sync", all.size() + " changes", 0, begun);
      deferred.clear();
      deferredValueBytes = 0;
      return payload;
    } catch (IOException e) {
      takeBack(e);
      working = copyOf(snapshot());
      throw new StoreException.Refused(
          "%s: the write failed and was taken back: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private void takeBack(IOException cause) throws StoreException {
    try {
      log.rollBack();
    } catch (IOException e) {
      cause.addSuppressed(e);
      fail("a write failed and could not be taken back: " + cause.getMessage());
      throw new StoreException.OutcomeUnknown(
          "%s: the write failed, and it is not certain how much of it is on disk: %s"
              .formatted(directory, cause.getMessage()),
          cause);
    }
  }

  private void fail(String why) {
    failure =
        "the store in %s refuses everything until it is opened again, because %s"
            .formatted(directory, why);
    LOG.error("{}", failure);
  }

  private static void replay(StoreMap map, Mutation mutation, long nowNanos) {
    var _ = map.apply(mutation, nowNanos);
  }

  private static StoreMap copyOf(List<Mutation> snapshot) {
    // No one watches the working map.
    var copy = new StoreMap(0, 0);
    for (Mutation mutation : snapshot) {
      var _ = copy.apply(mutation, 0);
    }
    return copy;
  }
}
