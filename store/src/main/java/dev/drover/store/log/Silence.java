package dev.drover.store.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How long each lease has not been extended, as this process has seen itself by its own clock. Not
/// thread-safe.
///
/// An extension is a change in the log. Whoever has watched the log for all of a lease's time, and
/// saw none, may write its end: that write succeeds only if there is still none. So no clocks are
/// compared, and a lease never ends early: the silence begins when an extension was seen, which is
/// after it was made. When the log could not be watched, silence begins anew for all: then those
/// who extend leases may not have been able to either.
final class Silence {
  private record Lease(long ttlNanos, long sinceNanos) {}

  private final Map<Long, Lease> leases = new HashMap<>();

  void granted(long lease, long ttlNanos, long nowNanos) {
    leases.put(lease, new Lease(ttlNanos, nowNanos));
  }

  void extended(long lease, long nowNanos) {
    leases.computeIfPresent(lease, (_, former) -> new Lease(former.ttlNanos(), nowNanos));
  }

  void ended(long lease) {
    leases.remove(lease);
  }

  void clear() {
    leases.clear();
  }

  boolean lives(long lease) {
    return leases.containsKey(lease);
  }

  /// The log was not watched without a break until now.
  void broken(long nowNanos) {
    leases.replaceAll((_, former) -> new Lease(former.ttlNanos(), nowNanos));
  }

  /// @param watchedNanos until when the log has been watched
  boolean isDue(long lease, long watchedNanos) {
    Lease found = leases.get(lease);
    return found != null && watchedNanos - found.sinceNanos() >= found.ttlNanos();
  }

  List<Long> due(long watchedNanos) {
    List<Long> due = new ArrayList<>();
    leases.keySet().stream().sorted().filter(each -> isDue(each, watchedNanos)).forEach(due::add);
    return due;
  }

  /// Nanoseconds until the next one is due, if nothing happens.
  long nextNanos(long nowNanos) {
    return leases.values().stream()
        .mapToLong(each -> Math.max(0, each.sinceNanos() + each.ttlNanos() - nowNanos))
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
