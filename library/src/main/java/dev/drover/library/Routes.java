package dev.drover.library;

import dev.drover.core.PartitionId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What one of the program's gateways goes by. It reads the records again and again; what it has
/// read is good for a bounded time, counted from before it was asked for. Thread-safe.
///
/// A gateway does three things (docs/library.md):
///
/// 1. It asks for a route for each request, and holds or refuses what has none. What was held asks
///    again.
/// 2. What a home has not answered within the write timeout, counted from when the route was asked
///    for, it calls unknown, also if an answer comes later.
/// 3. It calls [#refresh] so often that one ends within `goodFor` of the begin of the one before.
public final class Routes {
  private final MigrationStore store;
  private final Duration goodFor;
  private final LongSupplier nanoClock;
  private volatile Read last = new Read(Map.of(), 0, false);

  /// @param sinceNanos from before it was asked for
  private record Read(Map<PartitionId, State> states, long sinceNanos, boolean any) {}

  /// @param barrier of the control plane
  /// @param writeTimeout after which a write that was not answered is unknown
  /// @throws IllegalArgumentException if the barrier is too short for any record to be good at all
  public Routes(
      MigrationStore store, Duration barrier, Duration writeTimeout, LongSupplier nanoClock) {
    this.store = store;
    this.goodFor = barrier.minus(writeTimeout);
    this.nanoClock = nanoClock;
    if (!goodFor.isPositive()) {
      throw new IllegalArgumentException(
          "a barrier of %d ms is not longer than the write timeout of %d ms: no record would ever be good"
              .formatted(barrier.toMillis(), writeTimeout.toMillis()));
    }
  }

  /// How long what was read is good.
  public Duration goodFor() {
    return goodFor;
  }

  /// Reads all records. If that fails, those that were read before stay good as long as they are.
  public void refresh() throws IOException {
    long since = nanoClock.getAsLong();
    Map<PartitionId, State> states = new HashMap<>();
    store.all().forEach((id, found) -> states.put(id, State.of(found.partition())));
    synchronized (this) {
      if (!last.any || since - last.sinceNanos > 0) {
        last = new Read(Map.copyOf(states), since, true);
      }
    }
  }

  /// Where requests go now.
  ///
  /// @return empty if that is not known, or was known too long ago
  public Optional<State> route(PartitionId id) {
    Read read = last;
    boolean good = read.any && nanoClock.getAsLong() - read.sinceNanos < goodFor.toNanos();
    return good ? Optional.ofNullable(read.states.get(id)) : Optional.empty();
  }
}
