package dev.drover.torture;

import dev.drover.core.Partition;
import dev.drover.core.PartitionId;
import dev.drover.core.Placement;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.embedded.EmbeddedStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import dev.drover.torture.fleet.Fleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the records of the partitions, past all wires or from the files of a store.
final class StoreLook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLook.class);

  private static final long POLL_MILLIS = 100;

  private final StateStore store;

  /// Something about the records.
  interface Condition {
    boolean holds(List<Partition> records) throws IOException;
  }

  /// @param store a client past all wires, which is closed with this
  StoreLook(StateStore store) {
    this.store = store;
  }

  /// All of them; empty if the store does not answer just now.
  Optional<List<Partition>> records() {
    try {
      return Optional.of(read(store));
    } catch (StoreException e) {
      LOG.debug("the records cannot be read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /// Where each is, by its name; none if the store does not answer just now.
  Map<PartitionId, Placement> places() {
    Map<PartitionId, Placement> places = new HashMap<>();
    records()
        .orElse(List.of())
        .forEach(record -> places.put(record.id(), record.ownership().reads()));
    return places;
  }

  /// Whether a scope does not move and owes nothing.
  static boolean rests(PartitionId scope, List<Partition> records) {
    return records.stream()
        .anyMatch(
            record -> record.id().equals(scope) && !record.moving() && record.owed().isEmpty());
  }

  /// Waits until the records are so; what cannot be said just now is asked again.
  ///
  /// @return whether they are
  boolean awaited(Duration atMost, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (System.nanoTime() < end) {
      Optional<List<Partition>> found = records();
      try {
        if (found.isPresent() && condition.holds(found.get())) {
          return true;
        }
      } catch (IOException e) {
        LOG.debug("not yet: {}", e.getMessage());
      }
      Thread.sleep(POLL_MILLIS);
    }
    return false;
  }

  /// Those of an embedded store that does not run. Who opens a store may repair it, so it is a copy
  /// that is opened.
  static List<Partition> recordsIn(Path data, Path scratch) throws IOException {
    copy(data, scratch);
    try (EmbeddedStore opened = EmbeddedStore.open(scratch)) {
      return read(opened);
    } catch (StoreException e) {
      throw new IOException("the store in " + data + " cannot be read: " + e.getMessage(), e);
    } finally {
      Fleet.remove(scratch);
    }
  }

  private static List<Partition> read(StateStore from) throws StoreException {
    List<Partition> all = new ArrayList<>();
    for (Entry entry : from.list(Keys.PARTITIONS).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), Partition.class));
    }
    return all;
  }

  /// Copies the files of a directory, whatever becomes of them meanwhile.
  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
