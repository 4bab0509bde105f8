package dev.drover.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The small linearizable key-value store that holds the truth (docs/design.md, "The store").
///
/// Blocking and thread-safe. Every call may throw a [StoreException], which says whether something
/// may have happened. Keys are `/`-separated text of at most [#KEY_BYTES_MAX] bytes of UTF-8,
/// values at most [#VALUE_BYTES_MAX] bytes.
///
/// A version is the store-wide revision at which a key was last written. Revisions only grow, are
/// never given twice (also not over restarts), and a deleted key's version never comes back.
public interface StateStore extends AutoCloseable {
  int KEY_BYTES_MAX = 2_048;
  int VALUE_BYTES_MAX = 1 << 20;

  /// Expected version of a key that must not exist yet.
  long ABSENT = 0;

  /// Expected version that anything meets.
  long ANY = -1;

  /// Reads one key, linearizably: it sees every write that was acknowledged before the call.
  Optional<Entry> get(String key) throws StoreException;

  /// As [#get], but does not wait, nor repeats: the future fails with a [StoreException]. What
  /// hangs on it runs on a thread of the store's, which must not be held up.
  default CompletableFuture<Optional<Entry>> getAsync(String key) {
    var result = new CompletableFuture<Optional<Entry>>();
    Thread.ofVirtual()
        .name("get " + key)
        .start(
            () -> {
              try {
                result.complete(get(key));
              } catch (StoreException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  /// Reads all keys with this prefix in key order, as of one revision, linearizably.
  Listing list(String prefix) throws StoreException;

  /// Writes `key` if its version is `expectedVersion`. With a lease, the key vanishes when the
  /// lease does; without one, a lease that the key had is taken off.
  ///
  /// @throws StoreException.Refused if there is no such lease, or key or value are too large
  PutResult put(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability)
      throws StoreException;

  /// As the other, and [Durability#SYNCED].
  default PutResult put(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException {
    return put(key, value, expectedVersion, lease, Durability.SYNCED);
  }

  /// As [#put], but does not wait: the future fails with a [StoreException]. What hangs on it runs
  /// on a thread of the store's, which must not be held up.
  default CompletableFuture<PutResult> putAsync(
      String key,
      byte[] value,
      long expectedVersion,
      @Nullable LeaseId lease,
      Durability durability) {
    var result = new CompletableFuture<PutResult>();
    Thread.ofVirtual()
        .name("put " + key)
        .start(
            () -> {
              try {
                result.complete(put(key, value, expectedVersion, lease, durability));
              } catch (StoreException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  /// Deletes `key` if its version is `expectedVersion`. Deleting an absent key with [#ANY] or
  /// [#ABSENT] succeeds and changes nothing.
  PutResult delete(String key, long expectedVersion) throws StoreException;

  /// Reports every change of keys with this prefix whose revision is greater than `afterRevision`,
  /// in order and without gaps, until closed. If that history is not there any more, or the
  /// connection is lost for good, the listener is told so once and the watch has ended: list and
  /// watch again.
  Watch watch(String prefix, long afterRevision, WatchListener listener) throws StoreException;

  /// Creates a lease. It ends when it has not been kept alive for `ttl`, or is revoked; the store
  /// may end it later than that, never earlier. It survives a restart of the store with its full
  /// time.
  LeaseId lease(Duration ttl) throws StoreException;

  /// Gives a lease its full time again.
  ///
  /// @return false if it has ended; it will not come back
  boolean keepAlive(LeaseId lease) throws StoreException;

  /// Ends a lease now, and its keys with it. One that has ended already is fine.
  void revoke(LeaseId lease) throws StoreException;

  Guarantees guarantees();

  @Override
  void close();
}
