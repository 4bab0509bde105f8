package dev.drover.core.fleet;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import java.util.Optional;

/// Puts one partition's receipts in order: one is written at a time, next always the newest that
/// was asked for, and each by a compare-and-set against what this gateway last knew to be there. So
/// an older one never overwrites a newer one, even if it is still on its way on a connection that
/// was given up. Thread-safe.
public final class ReceiptQueue {
  /// The version of what is not there.
  public static final long ABSENT = 0;

  private static final GivenReceipt NONE = new GivenReceipt(-1, 0);

  private GivenReceipt wanted = NONE;
  private long version = ABSENT;
  private boolean writing;

  /// A receipt to be written now.
  ///
  /// @param expectedVersion that the store's entry must have
  public record Write(GivenReceipt receipt, long expectedVersion) {}

  /// A receipt is to be given.
  ///
  /// @return what to write now, empty if a write is under way that will be followed by this one
  public synchronized Optional<Write> want(GivenReceipt receipt) {
    wanted = receipt;
    if (writing) {
      return Optional.empty();
    }
    writing = true;
    return Optional.of(next());
  }

  /// The store has it.
  ///
  /// @return what to write next, empty if that was the newest
  public synchronized Optional<Write> written(Write write, long newVersion) {
    version = newVersion;
    return ended(write);
  }

  /// Something else is there: what was written before with an unknown outcome, or nothing any more.
  ///
  /// @param found its version, [#ABSENT] for nothing
  public synchronized Write conflicted(long found) {
    version = found;
    return next();
  }

  /// The store did not take it, or did not say. If it was written after all, the next write finds
  /// that out.
  ///
  /// @return what to write next, empty if that was the newest
  public synchronized Optional<Write> failed(Write write) {
    return ended(write);
  }

  private Optional<Write> ended(Write write) {
    writing = !wanted.equals(write.receipt());
    return writing ? Optional.of(next()) : Optional.empty();
  }

  private Write next() {
    return new Write(wanted, version);
  }
}
