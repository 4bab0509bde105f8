package dev.drover.gateway;

import dev.drover.core.Engine;
import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.StoreException;
import dev.drover.store.records.Records;
import dev.drover.store.records.SeenRecord;
import dev.drover.store.records.SeenRecord.Seen;
import dev.drover.store.records.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest that a gateway has seen of its store, kept in a file over its restarts. A store that
/// knows less than that has lost acknowledged decisions, or is another one, and is not served by.
///
/// The file follows within a second: it is a witness, and what it misses others may have seen.
public final class GatewayMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayMemory.class);

  /// The file's name in a gateway's data directory.
  public static final String FILE = "gateway.seen";

  private static final long EVERY_MILLIS = 1_000;

  private final @Nullable Path file;
  private final Engine engine;
  private final Map<String, Seen> partitions = new HashMap<>();
  private String store;
  private long generation;
  private long revision;
  private boolean changed;
  private @Nullable Thread writer;
  private boolean closed;

  private GatewayMemory(@Nullable Path file, Engine engine, SeenRecord seen) {
    this.engine = engine;
    this.file = file;
    this.store = seen.store();
    this.generation = seen.generation();
    this.revision = seen.revision();
    this.partitions.putAll(seen.partitions());
  }

  /// One that forgets with the process.
  public static GatewayMemory none(Engine engine) {
    return new GatewayMemory(null, engine, SeenRecord.NOTHING);
  }

  /// The memory in a data directory.
  ///
  /// @throws StoreException.Corrupt if what is there does not check
  public static GatewayMemory in(Path directory, Engine engine)
      throws IOException, StoreException.Corrupt {
    return new GatewayMemory(
        directory.resolve(FILE), engine, read(directory).orElse(SeenRecord.NOTHING));
  }

  /// What a gateway with this data directory has seen; empty if it has seen nothing.
  public static Optional<SeenRecord> read(Path directory)
      throws IOException, StoreException.Corrupt {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(Records.decode(file.toString(), Files.readAllBytes(file), SeenRecord.class));
  }

  /// What this gateway has seen so far.
  synchronized SeenRecord seen() {
    return new SeenRecord(store, generation, revision, Map.copyOf(partitions));
  }

  /// What was seen and the store does not know; empty if the store may be served by.
  ///
  /// @param seen before the store was asked for `all`
  /// @param all the records as of `asOf`
  /// @param dropped partitions that an operator has dropped
  Optional<String> missing(
      SeenRecord seen,
      StoreIdentity identity,
      Map<PartitionId, Partition> all,
      Set<PartitionId> dropped,
      long asOf) {
    if (!identity.stands(seen.store())) {
      return Optional.of(
          "this gateway has served by store %s, and this is store %s"
              .formatted(seen.store(), identity.id()));
    }
    boolean comparable =
        identity.id().equals(seen.store()) && identity.generation() == seen.generation();
    if (comparable && asOf < seen.revision()) {
      return Optional.of(
          "this gateway has seen revision %d of the store, which is at %d"
              .formatted(seen.revision(), asOf));
    }
    for (Map.Entry<String, Seen> each : seen.partitions().entrySet()) {
      PartitionId id = new PartitionId(engine, each.getKey());
      Partition now = all.get(id);
      if (now == null && dropped.contains(id)) {
        continue;
      }
      if (now == null || now.epoch() < each.getValue().epoch()) {
        return Optional.of(
            "this gateway has seen '%s' in epoch %d at home '%s', and the store knows %s"
                .formatted(
                    id,
                    each.getValue().epoch(),
                    each.getValue().home(),
                    now == null
                        ? "nothing of it"
                        : "only epoch %d at home '%s'"
                            .formatted(now.epoch(), now.ownership().reads().home())));
      }
    }
    return Optional.empty();
  }

  /// The store may be served by, and all of it was read.
  synchronized void joined(StoreIdentity identity, Map<PartitionId, Partition> all, long asOf) {
    boolean same = identity.id().equals(store) && identity.generation() == generation;
    store = identity.id();
    generation = identity.generation();
    revision = same ? Math.max(revision, asOf) : asOf;
    for (Partition partition : all.values()) {
      Seen before = partitions.get(partition.id().name());
      if (!same || before == null || before.epoch() <= partition.epoch()) {
        note(partition);
      }
    }
    changed();
  }

  synchronized void saw(Partition partition, long at) {
    Seen before = partitions.get(partition.id().name());
    revision = Math.max(revision, at);
    if (before == null || before.epoch() <= partition.epoch()) {
      note(partition);
      changed();
    }
  }

  synchronized void forgot(PartitionId id) {
    if (partitions.remove(id.name()) != null) {
      changed();
    }
  }

  private void note(Partition partition) {
    Placement reads = partition.ownership().reads();
    partitions.put(
        partition.id().name(),
        new Seen(partition.epoch(), partition.term(), reads.home().value(), reads.locator()));
  }

  private void changed() {
    changed = true;
    if (file != null && writer == null && !closed) {
      writer = Thread.ofVirtual().name("gateway-memory").start(this::write);
    }
  }

  /// One thread for each second in which something has changed.
  private void write() {
    try {
      TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    synchronized (this) {
      writer = null;
      save();
    }
  }

  private synchronized void save() {
    if (file == null || !changed) {
      return;
    }
    changed = false;
    try {
      Path beside = file.resolveSibling(FILE + ".new");
      Files.write(beside, Records.encode(new SeenRecord(store, generation, revision, partitions)));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn(
          "what this gateway has seen cannot be kept in {}: {}. It goes on serving, but a store that is put back to an older state might not be noticed. Make room there",
          file,
          e.toString());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (writer != null) {
      writer.interrupt();
    }
    save();
  }
}
