package dev.drover.control;

import dev.drover.core.Certificate;
import dev.drover.core.Clocks;
import dev.drover.core.MoveId;
import dev.drover.core.Partition;
import dev.drover.core.Undo;
import dev.drover.core.driver.Outcome;
import dev.drover.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts how moves have ended, and writes it down. Until the store takes it a partition stays with
/// its shell: its history would else have a hole, and a queue that could not be shortened would
/// begin the move again.
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

  private final Clocks clocks;
  private final History history;
  private final DriverClaims claims;
  private final Fallbacks fallbacks;
  private final Keeping keeping;
  private final AtomicLong completed = new AtomicLong();
  private final AtomicLong aborted = new AtomicLong();
  private volatile long lastHoldNanos;
  private volatile boolean closed;

  Endings(
      Clocks clocks, History history, DriverClaims claims, Fallbacks fallbacks, Keeping keeping) {
    this.clocks = clocks;
    this.history = history;
    this.claims = claims;
    this.fallbacks = fallbacks;
    this.keeping = keeping;
  }

  long completed() {
    return completed.get();
  }

  long aborted() {
    return aborted.get();
  }

  long lastHoldNanos() {
    return lastHoldNanos;
  }

  void close() {
    closed = true;
  }

  /// Writes down that a move was refused when its turn had come.
  void notBegun(MoveRequest request, Partition partition, String reason) throws StoreException {
    LOG.warn(
        "the move of '{}' to {} could not begin: {}", request.partition(), request.to(), reason);
    history.add(Summaries.ofNone(request, partition, reason, clocks.wallMillis()));
  }

  /// Counts an end, and says it in the log.
  void count(DriverShell shell, Outcome outcome) {
    LOG.info("partition '{}': {}", shell.partition(), Summaries.words(outcome));
    switch (outcome) {
      case Outcome.Completed(Certificate certificate) -> {
        completed.incrementAndGet();
        lastHoldNanos = certificate.writesHeldNanos();
        if (!certificate.strays().isEmpty()) {
          LOG.error(
              "partition '{}': what is at the old home is not known to be a copy, such as {}: it may"
                  + " have been written there after the last tail. Nothing of them is deleted:"
                  + " decide with 'drover strays'",
              shell.partition(),
              certificate.strays().getFirst());
        }
      }
      case Outcome.Aborted _ -> aborted.incrementAndGet();
      case Outcome.DebtsPaid _, Outcome.Overtaken _ -> {}
    }
  }

  /// Writes an end down, and gives the partition back. Returns once the store has it, or when this
  /// is closed.
  void conclude(DriverShell shell, Outcome outcome) {
    try {
      while (!closed && !concluded(shell, outcome)) {
        Thread.sleep(Controller.ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return false if it is worth another try
  private boolean concluded(DriverShell shell, Outcome outcome) {
    try {
      write(shell, outcome);
      claims.release(shell.partition());
      return true;
    } catch (StoreException e) {
      LOG.warn(
          "the end of the move of '{}' is not in the history yet: {}",
          shell.partition(),
          e.getMessage());
      return e instanceof StoreException.Corrupt;
    }
  }

  /// Writes an end down.
  void write(DriverShell shell, Outcome outcome) throws StoreException {
    for (MoveSummary summary : summaries(shell, outcome)) {
      history.add(summary);
    }
    String found = shell.progress().found();
    if (!found.isEmpty()) {
      fallbacks.found(shell.partition(), found);
    }
  }

  /// Who worked off what another driver owed tells the end of that one's move too, if that died
  /// before it could.
  private List<MoveSummary> summaries(DriverShell shell, Outcome outcome) throws StoreException {
    List<MoveSummary> summaries = new ArrayList<>();
    Summaries.of(shell.begun(), outcome, clocks.wallMillis()).ifPresent(summaries::add);
    if (outcome instanceof Outcome.DebtsPaid) {
      Set<MoveId> moves = shell.begun().owed().stream().map(Undo::move).collect(Collectors.toSet());
      for (MoveId move : moves) {
        Optional<Certificate> certificate = history.certificate(move);
        if (certificate.isPresent()) {
          history.amend(certificate.get(), keeping.strays(move));
        }
        if (certificate.isPresent() && history.find(move).isEmpty()) {
          summaries.add(Summaries.completed(certificate.get(), clocks.wallMillis()));
        }
      }
    }
    return summaries;
  }
}
