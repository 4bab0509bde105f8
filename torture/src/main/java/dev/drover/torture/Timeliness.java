package dev.drover.torture;

import dev.drover.engine.torture.KeyName;
import dev.drover.torture.fleet.FleetConfig;
import dev.drover.torture.history.Op;
import dev.drover.torture.history.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Whether operations were answered in time, for those whose path no fault had touched: partitions
/// at rest must not notice that the store is away (I8), and no write may be held for longer than
/// the budget and one short lease (I7).
final class Timeliness {
  /// What this machine may take besides: it is shared, and its processes are many.
  private static final long TOLERANCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /// For so long after a fault a path may still suffer from it.
  private static final long AFTERMATH_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int EXAMPLES_MAX = 10;

  private final Map<Integer, String> clients;
  private final Set<String> fresh;
  private final long heldNanosMax;
  private final List<Timeline.Window> windows;
  private final TreeMap<Long, Timeline.Outage> outages = new TreeMap<>();
  private final Map<Timeline.Outage, Long> written = new HashMap<>();
  private final List<String> examples = new ArrayList<>();
  private long servedInOutages;
  private long noticed;
  private long overheld;
  private long longestNanos;
  private long longestUntouchedNanos;

  /// @param clients the process of each run of a client
  /// @param fresh the gateways that need the store for each request
  /// @param budget of the moves
  Timeliness(Map<Integer, String> clients, Set<String> fresh, Duration budget, Timeline timeline) {
    this.heldNanosMax = budget.plus(FleetConfig.SHORT_LEASE).toNanos() + TOLERANCE_NANOS;
    this.clients = clients;
    this.fresh = Set.copyOf(fresh);
    this.windows =
        timeline.windows().stream()
            .sorted(Comparator.comparingLong(Timeline.Window::fromNanos))
            .toList();
    for (Timeline.Outage each : timeline.outages()) {
      outages.put(each.fromNanos(), each);
      written.put(each, 0L);
    }
  }

  void add(Op op) {
    if (op.endNanos() == Long.MAX_VALUE) {
      return;
    }
    outage(op);
    long took = op.endNanos() - op.startNanos();
    if (op.outcome() == Outcome.DONE) {
      longestNanos = Math.max(longestNanos, took);
    }
    if (op.kind().write() && took > longestUntouchedNanos && untouched(op)) {
      longestUntouchedNanos = took;
    }
    if (op.kind().write() && took > heldNanosMax && untouched(op)) {
      overheld++;
      example("held for " + took / 1_000_000 + " ms: " + op);
    }
  }

  private void outage(Op op) {
    Map.Entry<Long, Timeline.Outage> entry = outages.floorEntry(op.startNanos());
    if (entry == null
        || fresh.contains(gateway(op))
        || !entry.getValue().resting().contains(KeyName.unpacked(op.key()).partition())) {
      return;
    }
    Timeline.Outage outage = entry.getValue();
    // What waits until the store is there again has noticed it as well.
    boolean late = Math.min(op.endNanos(), outage.toNanos()) - op.startNanos() > TOLERANCE_NANOS;
    boolean within = op.endNanos() <= outage.toNanos();
    if (late || (within && op.outcome() != Outcome.DONE)) {
      noticed++;
      example("noticed that the store was away: " + op);
    } else if (within) {
      servedInOutages++;
      written.computeIfPresent(outage, (_, many) -> op.kind().write() ? many + 1 : many);
    }
  }

  /// Whether nothing was wrong on the way of an operation: its client, its gateway, the homes, and
  /// the wires between them.
  private boolean untouched(Op op) {
    String client = clients.getOrDefault(op.client(), "");
    String gateway = gateway(op);
    for (Timeline.Window window : windows) {
      String party = window.party();
      boolean onTheWay =
          party.equals(client)
              || party.equals(gateway)
              || party.equals(client + "-" + gateway)
              || party.startsWith("h")
              || party.startsWith(gateway + "-h");
      if (onTheWay
          && window.fromNanos() < op.endNanos()
          && op.startNanos() < window.toNanos() + AFTERMATH_NANOS) {
        return false;
      }
    }
    return true;
  }

  private static String gateway(Op op) {
    return "g" + (op.gateway() + 1);
  }

  private void example(String text) {
    if (examples.size() < EXAMPLES_MAX) {
      examples.add(text);
    }
  }

  /// Operations on resting partitions that were answered while the store was away.
  long servedInOutages() {
    return servedInOutages;
  }

  /// Of them, writes.
  long writtenInOutages() {
    return written.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Outages long enough for many writes in which not one was answered, although partitions rested.
  List<String> unserved() {
    return written.entrySet().stream()
        .filter(each -> each.getValue() == 0 && !each.getKey().resting().isEmpty())
        .filter(each -> each.getKey().nanos() > TimeUnit.SECONDS.toNanos(1))
        .map(
            each ->
                "no write at rest was answered while the store was away for %d ms"
                    .formatted(TimeUnit.NANOSECONDS.toMillis(each.getKey().nanos())))
        .toList();
  }

  /// Those that were not.
  long noticed() {
    return noticed;
  }

  long overheld() {
    return overheld;
  }

  /// The longest operation of all that were answered.
  long longestNanos() {
    return longestNanos;
  }

  /// The longest write on whose way nothing was wrong.
  long longestUntouchedNanos() {
    return longestUntouchedNanos;
  }

  List<String> examples() {
    return List.copyOf(examples);
  }
}
