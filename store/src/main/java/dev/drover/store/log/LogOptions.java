package dev.drover.store.log;

import java.time.Duration;
import java.util.function.LongSupplier;

/// How a [LogStore] works.
///
/// @param timeout of a call, with all that it asks of the cell
/// @param historyEventsMax so many changes are kept for watches that fell behind
/// @param historyBytesMax the same, by bytes
public record LogOptions(
    Duration timeout, int historyEventsMax, long historyBytesMax, LongSupplier nanoClock) {
  public static final int HISTORY_EVENTS = 16_384;
  public static final long HISTORY_BYTES = 32L << 20;

  Deadline deadline() {
    return Deadline.in(timeout, nanoClock);
  }
}
