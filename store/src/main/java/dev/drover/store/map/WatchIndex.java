package dev.drover.store.map;

import dev.drover.store.WatchListener.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The open watches by prefix, so that a change is offered to those alone whose prefix its key has:
/// as many look-ups as prefixes have lengths, however many watches there are. Not thread-safe.
final class WatchIndex {
  private final Map<String, Set<WatchPump>> byPrefix = new HashMap<>();

  /// How many prefixes have each length.
  private final TreeMap<Integer, Integer> lengths = new TreeMap<>();

  void add(WatchPump watch) {
    Set<WatchPump> same = byPrefix.get(watch.prefix());
    if (same == null) {
      same = new LinkedHashSet<>();
      byPrefix.put(watch.prefix(), same);
      lengths.merge(watch.prefix().length(), 1, Integer::sum);
    }
    same.add(watch);
  }

  void remove(WatchPump watch) {
    Set<WatchPump> same = byPrefix.get(watch.prefix());
    if (same != null && same.remove(watch) && same.isEmpty()) {
      byPrefix.remove(watch.prefix());
      lengths.computeIfPresent(
          watch.prefix().length(), (_, count) -> count == 1 ? null : count - 1);
    }
  }

  /// The watches that any of the events are for.
  Set<WatchPump> of(List<Event> events) {
    Set<WatchPump> found = new LinkedHashSet<>();
    for (Event event : events) {
      String key = event.key();
      for (int length : lengths.headMap(key.length(), true).keySet()) {
        found.addAll(byPrefix.getOrDefault(key.substring(0, length), Set.of()));
      }
    }
    return found;
  }

  List<WatchPump> all() {
    List<WatchPump> all = new ArrayList<>();
    byPrefix.values().forEach(all::addAll);
    return all;
  }
}
