package dev.drover.core.fleet;

import dev.drover.core.fleet.FleetView.GivenReceipt;
import java.util.Optional;

/// Puts one partition's receipts in order: one is written at a time, and next always the newest
/// that was asked for, so that an older one never overwrites it. Thread-safe.
public final class ReceiptQueue {
  private static final GivenReceipt NONE = new GivenReceipt(-1, 0);

  private GivenReceipt wanted = NONE;
  private boolean writing;

  /// A receipt is to be given.
  ///
  /// @return what to write now, empty if a write is under way that will be followed by this one
  public synchronized Optional<GivenReceipt> want(GivenReceipt receipt) {
    wanted = receipt;
    if (writing) {
      return Optional.empty();
    }
    writing = true;
    return Optional.of(receipt);
  }

  /// A write has ended, well or not.
  ///
  /// @return what to write next, empty if that was the newest
  public synchronized Optional<GivenReceipt> ended(GivenReceipt written) {
    writing = !wanted.equals(written);
    return writing ? Optional.of(wanted) : Optional.empty();
  }
}
