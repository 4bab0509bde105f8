package dev.drover.gateway;

import dev.drover.core.PartitionId;
import dev.drover.core.fleet.RouteListener;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Tells the data path that a route has changed once what is at hand is done. The gate is what
/// counts, and has changed by then; a receipt that is due goes out before event loops wake up.
///
/// While a gate holds writes and no pass is out there is nothing to do: no write may go on, and
/// none is to be cut off. So the loops are left asleep. The driver, the other gateways and the
/// homes need the CPUs that they would take. A hold that lasts is told nevertheless, for a read may
/// have come just when its route changed.
///
/// Belongs to the control's owner, and is called in its turn.
final class RoutesLater implements RouteListener {
  private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final RouteListener dataPath;
  private final Runnable later;
  private final LongSupplier nanoClock;
  private final ArrayDeque<Gate> changed = new ArrayDeque<>();
  private final Set<Gate> held = new LinkedHashSet<>();
  private long heldSinceNanos;

  /// @param later has [#tell] called once what is at hand is done
  RoutesLater(RouteListener dataPath, Runnable later, LongSupplier nanoClock) {
    this.dataPath = dataPath;
    this.later = later;
    this.nanoClock = nanoClock;
  }

  @Override
  public void joined(Guard rest) {
    tell();
    dataPath.joined(rest);
  }

  @Override
  public void added(Gate gate) {
    dataPath.added(gate);
  }

  @Override
  public void removed(PartitionId partition) {
    tell();
    boolean _ = held.removeIf(gate -> gate.partition().equals(partition));
    dataPath.removed(partition);
  }

  @Override
  public void routed(Gate gate) {
    if (changed.isEmpty()) {
      later.run();
    }
    changed.add(gate);
  }

  void tell() {
    for (Gate gate = changed.poll(); gate != null; gate = changed.poll()) {
      if (gate.route().writes() != null || !gate.quiet()) {
        boolean _ = held.remove(gate);
        dataPath.routed(gate);
      } else if (held.add(gate)) {
        heldSinceNanos = nanoClock.getAsLong();
      }
    }
  }

  /// Tells of the holds that last. To be called every second at least.
  void tellHeld() {
    if (!held.isEmpty() && nanoClock.getAsLong() - heldSinceNanos >= HELD_NANOS) {
      List<Gate> lasting = List.copyOf(held);
      held.clear();
      lasting.forEach(dataPath::routed);
    }
  }
}
