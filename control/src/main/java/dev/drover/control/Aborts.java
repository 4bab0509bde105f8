package dev.drover.control;

import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Optional;
import java.util.function.Function;

/// Aborts that were asked for at a server that does not drive the move, kept under `aborts/` in the
/// store until the one that does has heard of them.
final class Aborts {
  private static final String PREFIX = "aborts/";

  private final StateStore store;

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

  /// Passes on what has been asked for.
  void hear(Function<Asked, Heard> driver) throws StoreException {
    for (Entry entry : store.list(PREFIX).entries()) {
      Asked asked = Records.decode(entry.key(), entry.value(), Asked.class);
      if (driver.apply(asked) == Heard.DONE) {
        store.delete(entry.key(), entry.version());
      }
    }
  }

  /// Whether this is the move that was meant.
  static boolean meant(Asked asked, Optional<MoveId> running) {
    return running.equals(Optional.of(asked.move()));
  }
}
