package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Aborts that were asked for at a server that does not drive the move, kept under `aborts/` in the
/// store until the one that does has heard of them.
final class Aborts {
  private static final Logger LOG = LoggerFactory.getLogger(Aborts.class);
  private static final String PREFIX = "aborts/";

  private final StateStore store;

  /// What could not be read, by key and version: it is said once.
  private final Map<String, Long> unread = new HashMap<>();

  /// What was asked for.
  record Asked(PartitionId partition, MoveId move, String reason) {}

  /// What becomes of a request.
  enum Heard {
    /// It has been passed on, or the move is over.
    DONE,
    /// Nobody drives the move yet.
    LATER
  }

  Aborts(StateStore store) {
    this.store = store;
  }

  void ask(Asked asked) throws StoreException {
    store.put(
        PREFIX + Keys.encoded(asked.partition()), Records.encode(asked), StateStore.ANY, null);
  }

  /// Passes on what has been asked for. To be called by one thread.
  void hear(Function<Asked, Heard> driver) throws StoreException {
    for (Entry entry : store.list(PREFIX).entries()) {
      Optional<Asked> asked = read(entry);
      if (asked.isPresent() && driver.apply(asked.get()) == Heard.DONE) {
        store.delete(entry.key(), entry.version());
      }
    }
  }

  /// One that cannot be read is left as it is, and keeps no other one from being heard.
  private Optional<Asked> read(Entry entry) {
    try {
      return Optional.of(Records.decode(entry.key(), entry.value(), Asked.class));
    } catch (StoreException.Corrupt e) {
      if (!Objects.equals(unread.put(entry.key(), entry.version()), entry.version())) {
        LOG.error("an abort that was asked for is not heard; ask for it again: {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  /// Whether this is the move that was meant.
  static boolean meant(Asked asked, Optional<MoveId> running) {
    return running.equals(Optional.of(asked.move()));
  }
}
