package dev.drover.core.gate;

import dev.drover.core.Partition;

/// The decisions of a gateway without leases or clocks, which reads the record for every request
/// (DESIGN.md §4, mode `fresh`).
public final class FreshMode {
  private FreshMode() {}

  /// Whether a write that its home has answered may be acknowledged.
  ///
  /// @param before the record as it was read before the write was sent
  /// @param after the record as it was read after the home had answered
  public static boolean sure(Partition before, Partition after) {
    return before.epoch() == after.epoch() && after.writes().isPresent();
  }
}
