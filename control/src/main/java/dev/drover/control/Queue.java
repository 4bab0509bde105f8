package dev.drover.control;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.PartitionId;
import dev.drover.store.Entry;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.records.Records;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Moves that were asked for and have not begun, kept under `queue/` in the store, first come first
/// served.
final class Queue {
  static final int LENGTH_MAX = 10_000;
  private static final String PREFIX = "queue/";

  private final StateStore store;

  Queue(StateStore store) {
    this.store = store;
  }

  List<MoveRequest> all() throws StoreException {
    List<MoveRequest> all = new ArrayList<>();
    for (Entry entry : store.list(PREFIX).entries()) {
      all.add(Records.decode(entry.key(), entry.value(), MoveRequest.class));
    }
    all.sort(Comparator.comparingLong(MoveRequest::order));
    return all;
  }

  void add(MoveRequest request) throws StoreException {
    store.put(key(request.id()), Records.encode(request), StateStore.ANY, null);
  }

  void remove(MoveId id) throws StoreException {
    store.delete(key(id), StateStore.ANY);
  }

  /// The first request that may begin: its partition is at rest and both of its homes have room.
  /// One that must wait does not hold up those behind it which use other homes.
  ///
  /// @param busy the homes of moves under way, once for each move and home
  /// @param from where each waiting partition is now; a partition without an entry cannot begin
  static Optional<MoveRequest> first(
      List<MoveRequest> waiting,
      Collection<HomeId> busy,
      Map<PartitionId, HomeId> from,
      int movesMax) {
    Map<HomeId, Integer> load = new HashMap<>();
    busy.forEach(home -> load.merge(home, 1, Integer::sum));
    for (MoveRequest request : waiting) {
      HomeId source = from.get(request.partition());
      if (source == null) {
        continue;
      }
      boolean room =
          load.getOrDefault(source, 0) < movesMax && load.getOrDefault(request.to(), 0) < movesMax;
      if (room) {
        return Optional.of(request);
      }
      // Whoever waits keeps its place at both homes.
      load.merge(source, 1, Integer::sum);
      load.merge(request.to(), 1, Integer::sum);
    }
    return Optional.empty();
  }

  private static String key(MoveId id) {
    return PREFIX + id;
  }
}
