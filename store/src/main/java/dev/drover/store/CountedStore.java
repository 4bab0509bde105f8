package dev.drover.store;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Passes every call on to another store, and counts it by its kind, whatever comes of it.
public final class CountedStore implements StateStore {
  private final StateStore store;
  private final Map<Operation, LongAdder> counts = new EnumMap<>(Operation.class);

  /// A kind of call.
  public enum Operation {
    GET,
    LIST,
    PUT,
    DELETE,
    WATCH,
    LEASE,
    KEEP_ALIVE,
    REVOKE;

    /// As metrics call it.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CountedStore(StateStore store) {
    this.store = store;
    for (Operation each : Operation.values()) {
      counts.put(each, new LongAdder());
    }
  }

  /// How many calls of this kind there have been.
  public long count(Operation operation) {
    LongAdder found = counts.get(operation);
    return found == null ? 0 : found.sum();
  }

  private StateStore counted(Operation operation) {
    LongAdder found = counts.get(operation);
    if (found != null) {
      found.increment();
    }
    return store;
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    return counted(Operation.GET).get(key);
  }

  @Override
  public CompletableFuture<Optional<Entry>> getAsync(String key) {
    return counted(Operation.GET).getAsync(key);
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    return counted(Operation.LIST).list(prefix);
  }

  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    return counted(Operation.PUT).put(key, value, expectedVersion, lease, durability);
  }

  @Override
  public CompletableFuture<PutResult> putAsync(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability) {
    return counted(Operation.PUT).putAsync(key, value, expectedVersion, lease, durability);
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    return counted(Operation.DELETE).delete(key, expectedVersion);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    return counted(Operation.WATCH).watch(prefix, afterRevision, listener);
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    return counted(Operation.LEASE).lease(ttl);
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    return counted(Operation.KEEP_ALIVE).keepAlive(lease);
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    counted(Operation.REVOKE).revoke(lease);
  }

  @Override
  public Guarantees guarantees() {
    return store.guarantees();
  }

  @Override
  public void close() {
    store.close();
  }
}
