package dev.drover.store.testing;

import dev.drover.store.Durability;
import dev.drover.store.Entry;
import dev.drover.store.Guarantees;
import dev.drover.store.LeaseId;
import dev.drover.store.Listing;
import dev.drover.store.PutResult;
import dev.drover.store.StateStore;
import dev.drover.store.StoreException;
import dev.drover.store.Watch;
import dev.drover.store.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A store behind which a real one stands, and which fails where a test says so.
public final class FaultyStore implements StateStore {
  private final StateStore store;
  private final List<Followed> watches = new CopyOnWriteArrayList<>();
  private volatile Fault fault = (call, key) -> {};
  private volatile String deaf = "";
  private volatile String unanswered = "";

  /// The calls that can fail.
  public enum Call {
    GET,
    LIST,
    PUT,
    DELETE,
    WATCH,
    LEASE,
    KEEP_ALIVE,
    REVOKE
  }

  /// Called before the real store is.
  public interface Fault {
    /// @param key the key or the prefix; a lease's number where there is none
    void before(Call call, String key) throws StoreException;
  }

  private record Followed(String prefix, Watch watch, WatchListener listener) {}

  public FaultyStore(StateStore store) {
    this.store = store;
  }

  public void fault(Fault next) {
    fault = next;
  }

  /// Calls that begin with this key are not answered, for as many times.
  public void away(Call call, String prefix, int times) {
    AtomicInteger left = new AtomicInteger(times);
    fault =
        (called, key) -> {
          if (called == call && key.startsWith(prefix) && left.getAndDecrement() > 0) {
            throw new StoreException.Unavailable("the store is away", null);
          }
        };
  }

  /// Watches of this prefix that begin from now on are told nothing: who follows it knows what its
  /// last listing said.
  public void deaf(String prefix) {
    deaf = prefix;
  }

  /// What is written to this key from now on is written, and nobody is told so.
  ///
  /// @param key empty for none
  public void unanswered(String key) {
    unanswered = key;
  }

  /// Ends all watches of this prefix, and tells their listeners so.
  public void loseWatches(String prefix) {
    List<Followed> lost = watches.stream().filter(each -> each.prefix().equals(prefix)).toList();
    watches.removeAll(lost);
    for (Followed each : lost) {
      each.watch().close();
      each.listener().lost(new StoreException.HistoryGone("the connection broke"));
    }
  }

  /// How many watches of this prefix have not been closed.
  public long watches(String prefix) {
    return watches.stream().filter(each -> each.prefix().equals(prefix)).count();
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    fault.before(Call.GET, key);
    return store.get(key);
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    fault.before(Call.LIST, prefix);
    return store.list(prefix);
  }

  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    fault.before(Call.PUT, key);
    PutResult result = store.put(key, value, expectedVersion, lease, durability);
    if (key.equals(unanswered)) {
      throw new StoreException.OutcomeUnknown("no answer", null);
    }
    return result;
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    fault.before(Call.DELETE, key);
    return store.delete(key, expectedVersion);
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    fault.before(Call.WATCH, prefix);
    if (prefix.equals(deaf)) {
      return () -> {};
    }
    Followed followed =
        new Followed(prefix, store.watch(prefix, afterRevision, listener), listener);
    watches.add(followed);
    return () -> {
      watches.remove(followed);
      followed.watch().close();
    };
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    fault.before(Call.LEASE, "");
    return store.lease(ttl);
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    fault.before(Call.KEEP_ALIVE, Long.toString(lease.value()));
    return store.keepAlive(lease);
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    fault.before(Call.REVOKE, Long.toString(lease.value()));
    store.revoke(lease);
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
