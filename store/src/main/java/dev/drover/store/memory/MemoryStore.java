package dev.drover.store.memory;

import dev.drover.store.Durability;
import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.map.Decision;
import dev.drover.store.map.MapStore;
import dev.drover.store.map.Mutation;
import dev.drover.store.map.StoreMap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// A store that is gone with its process: for tests, demonstrations and simulation.
public final class MemoryStore extends MapStore {
  private final ReentrantLock commits = new ReentrantLock();
  private final StoreMap map;

  public static MemoryStore create() {
    return create(System::nanoTime);
  }

  /// @param nanoClock what leases are measured by
  public static MemoryStore create(LongSupplier nanoClock) {
    return create(new StoreMap(), nanoClock);
  }

  /// @param map an empty map, which says how much history is kept; the store's own from now on
  public static MemoryStore create(StoreMap map, LongSupplier nanoClock) {
    var store = new MemoryStore(map, nanoClock);
    store.startExpirer();
    return store;
  }

  private MemoryStore(StoreMap map, LongSupplier nanoClock) {
    super(map, nanoClock);
    this.map = map;
  }

  @Override
  protected <R> R commit(Request<R> request, Durability durability) throws StoreException {
    // Only a holder of this lock changes the map, so deciding on it needs no other.
    commits.lock();
    try {
      checkOpen();
      Decision<R> decision = request.decide(map);
      Mutation mutation = decision.mutation();
      if (mutation != null) {
        publish(List.of(mutation));
      }
      return decision.answer();
    } finally {
      commits.unlock();
    }
  }

  @Override
  public Guarantees guarantees() {
    return new Guarantees(
        "memory", false, false, Duration.ZERO, "everything is gone when the process ends");
  }
}
