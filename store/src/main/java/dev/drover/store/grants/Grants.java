package dev.drover.store.grants;

import dev.drover.store.LeaseId;
import dev.drover.store.StoreException;
import org.jspecify.annotations.Nullable;

/// What a client of a store server may write. Each method throws [StoreException.Refused] if it may
/// not; nothing is done then. Reading is free to all. Thread-safe.
public interface Grants {
  /// For a store whose clients are as trusted as its server.
  Grants ALL =
      new Grants() {
        @Override
        public void put(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease) {}

        @Override
        public void delete(String key) {}

        @Override
        public void made(LeaseId lease) {}

        @Override
        public void touch(LeaseId lease) {}

        @Override
        public void ended(LeaseId lease) {}
      };

  /// Asked before a value is put; the parameters are the store's.
  void put(String key, byte[] value, long expectedVersion, @Nullable LeaseId lease)
      throws StoreException;

  /// Asked before a key is deleted.
  void delete(String key) throws StoreException;

  /// Told of a lease that was made for a client.
  void made(LeaseId lease);

  /// Asked before a lease is kept alive or revoked.
  void touch(LeaseId lease) throws StoreException;

  /// Told of a lease that has ended.
  void ended(LeaseId lease);
}
