package dev.drover.control;

import dev.drover.core.PartitionId;
import dev.drover.store.StoreException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down how moves have ended. Until the store takes it a partition stays with its shell: its
/// history would else have a hole, and a queue that could not be shortened would begin the move
/// again.
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private final History history;
  private final DriverClaims claims;
  private final Fallbacks fallbacks;
  private volatile boolean closed;

  Endings(History history, DriverClaims claims, Fallbacks fallbacks) {
    this.history = history;
    this.claims = claims;
    this.fallbacks = fallbacks;
  }

  void close() {
    closed = true;
  }

  /// Returns once the store has it, or when this is closed.
  ///
  /// @param summary empty if it was not this driver that ended a move
  void conclude(DriverShell shell, Optional<MoveSummary> summary) {
    try {
      while (!closed && !written(shell.partition(), summary, shell.progress().found())) {
        Thread.sleep(Controller.ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return false if it is worth another try
  private boolean written(PartitionId partition, Optional<MoveSummary> summary, String found) {
    try {
      if (summary.isPresent()) {
        history.add(summary.get());
      }
      if (!found.isEmpty()) {
        fallbacks.found(partition, found);
      }
      claims.release(partition);
      return true;
    } catch (StoreException e) {
      LOG.warn(
          "the end of the move of '{}' is not in the history yet: {}", partition, e.getMessage());
      return e instanceof StoreException.Corrupt;
    }
  }
}
