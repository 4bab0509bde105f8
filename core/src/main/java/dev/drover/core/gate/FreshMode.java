package dev.drover.core.gate;

import dev.drover.core.Partition;

/// The decisions of a gateway without leases or clocks, which reads the record for every request
/// (docs/design.md, G9).
public final class FreshMode {
  private static final long THERE_AND_BACK_EPOCHS = 5;

  private FreshMode() {}

  /// Whether a write that its home has answered may be acknowledged.
  ///
  /// @param before the record as it was read before the write was sent
  /// @param after the record as it was read after the home had answered
  public static boolean sure(Partition before, Partition after) {
    return before.epoch() == after.epoch() && after.writes().isPresent();
  }

  /// Whether what a home has answered to a read may be passed on. Once a partition has left a home,
  /// the copy there is purged; from Cutover there to Opening there again it takes five epochs at
  /// least.
  ///
  /// @param before the record as it was read before the read was sent
  /// @param after the record as it was read after the home had answered
  public static boolean sureOfRead(Partition before, Partition after) {
    return before.ownership().reads().equals(after.ownership().reads())
        && after.epoch() - before.epoch() < THERE_AND_BACK_EPOCHS;
  }
}
