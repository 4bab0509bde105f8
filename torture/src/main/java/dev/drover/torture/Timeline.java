package dev.drover.torture;

import dev.drover.torture.plan.FaultKind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was done to whom, and from when to when. Thread-safe.
final class Timeline {
  private final List<Window> windows = new ArrayList<>();
  private final List<Outage> outages = new ArrayList<>();
  private final Map<FaultKind, Integer> counts = new EnumMap<>(FaultKind.class);
  private int skipped;
  private int hits;

  /// One fault as it was carried out.
  ///
  /// @param party the process or wire
  /// @param toNanos when it was over, and what was killed was ready again
  record Window(FaultKind kind, String party, long fromNanos, long toNanos) {}

  /// A time in which the store was away and nothing else was wrong.
  ///
  /// @param resting the scopes that did not move
  record Outage(long fromNanos, long toNanos, Set<Integer> resting) {
    long nanos() {
      return toNanos - fromNanos;
    }
  }

  synchronized void struck(Window window) {
    windows.add(window);
    counts.merge(window.kind(), 1, Integer::sum);
  }

  synchronized void outage(Outage outage) {
    outages.add(outage);
  }

  /// A fault could not be made: its victim had another one already.
  synchronized void skipped() {
    skipped++;
  }

  /// A fault began just when a move had been cut over, or opened.
  synchronized void hit() {
    hits++;
  }

  synchronized int hits() {
    return hits;
  }

  synchronized int faults() {
    return windows.size();
  }

  synchronized int skippedSoFar() {
    return skipped;
  }

  synchronized Map<FaultKind, Integer> counts() {
    return new EnumMap<>(counts);
  }

  synchronized List<Window> windows() {
    return List.copyOf(windows);
  }

  synchronized List<Outage> outages() {
    return List.copyOf(outages);
  }
}
