package dev.drover.store.log;

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
import dev.drover.store.log.Log.Plan;
import dev.drover.store.map.Decision;
import dev.drover.store.map.Limits;
import dev.drover.store.map.Mutation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A state store in any database that can hold a [Cell]: its log is the truth, and each process has
/// a replica of what it comes to.
///
/// | the seam | the log |
/// |---|---|
/// | put, delete | decided on the replica, and written by a compare-and-set of the log's end |
/// | version | counted by the [dev.drover.store.map.StoreMap] that each process builds of the log |
/// | get, list | from the replica, after it was brought to the log's end |
/// | watch | from the replica, when it is told of changes |
/// | lease | its extensions are changes; who has seen none for its time may write its end |
///
/// A log that has lost what was acknowledged is found out by whoever knows better: from then on
/// every call says so ([StoreException.Corrupt]).
public final class LogStore implements StateStore {
  private final Cell cell;
  private final LogOptions options;
  private final Replica replica;
  private final Log log;
  private final Follower follower;

  private LogStore(Cell cell, LogOptions options) {
    this.cell = cell;
    this.options = options;
    replica = new Replica(options);
    log = new Log(cell, replica);
    follower = new Follower(cell, options, replica, log);
  }

  /// Begins to connect, and does not wait for it.
  public static LogStore open(Cell cell, LogOptions options) {
    LogStore store = new LogStore(cell, options);
    store.follower.start();
    return store;
  }

  static <R> Plan<R> plan(Decision<R> decision) {
    Mutation mutation = decision.mutation();
    return new Plan<>(
        mutation == null ? List.of() : List.of(new Change.Mutated(mutation)), decision.answer());
  }

  @Override
  public Optional<Entry> get(String key) throws StoreException {
    Limits.checkKey(key);
    log.refresh(options.deadline());
    return replica.get(key);
  }

  @Override
  public Listing list(String prefix) throws StoreException {
    Limits.checkPrefix(prefix);
    log.refresh(options.deadline());
    return replica.list(prefix);
  }

  /// Always [Durability#SYNCED].
  @Override
  public PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException {
    Limits.checkPut(key, value, expectedVersion);
    return log.commit(
        (map, _) -> plan(map.decidePut(key, value, expectedVersion, lease)), options.deadline());
  }

  @Override
  public PutResult delete(String key, long expectedVersion) throws StoreException {
    Limits.checkExpected(expectedVersion);
    Limits.checkKey(key);
    return log.commit((map, _) -> plan(map.decideDelete(key, expectedVersion)), options.deadline());
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener)
      throws StoreException {
    Limits.checkPrefix(prefix);
    if (log.position() == null || afterRevision > replica.list(prefix).revision()) {
      log.refresh(options.deadline());
    }
    log.check();
    return replica.watch(prefix, afterRevision, listener);
  }

  @Override
  public LeaseId lease(Duration ttl) throws StoreException {
    Limits.checkTtl(ttl);
    return log.commit((map, _) -> plan(map.decideGrant(ttl.toNanos())), options.deadline());
  }

  @Override
  public boolean keepAlive(LeaseId lease) throws StoreException {
    return log.<Boolean>commit(
        (_, silence) ->
            silence.lives(lease.value())
                ? new Plan<>(List.of(new Change.Extended(lease.value())), true)
                : new Plan<>(List.of(), false),
        options.deadline());
  }

  @Override
  public void revoke(LeaseId lease) throws StoreException {
    var _ = log.<Boolean>commit((map, _) -> plan(map.decideEnd(lease)), options.deadline());
  }

  @Override
  public Guarantees guarantees() {
    return cell.guarantees();
  }

  @Override
  public void close() {
    log.close();
    follower.close();
    replica.close(new StoreException.Unavailable("the store was closed", null));
    cell.close();
  }
}
