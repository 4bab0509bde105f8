package dev.drover.store.map;

/// One decided change of a [StoreMap]. Applying the same mutations in the same order gives the same
/// map, so a durable store writes these and nothing else.
///
/// A lease is given by its number; 0 stands for none.
public sealed interface Mutation {

  /// Sets the counters of an empty map: the first mutation of a snapshot. History starts after
  /// `revision`.
  ///
  /// @param lastLease the greatest lease number that was ever given
  record Base(long revision, long lastLease) implements Mutation {}

  /// Leaves revisions out: some of them may have been seen and were forgotten. History starts after
  /// `revision`.
  record Skip(long revision) implements Mutation {}

  /// Writes a key. A revision at or below the map's is part of a snapshot, and not an event.
  @SuppressWarnings("ArrayRecordComponent")
  record Put(long revision, String key, byte[] value, long lease) implements Mutation {}

  /// Deletes a key that exists.
  record Delete(long revision, String key) implements Mutation {}

  /// Creates a lease.
  record Grant(long lease, long ttlNanos) implements Mutation {}

  /// Ends a lease and deletes its keys, all at one revision.
  record End(long revision, long lease) implements Mutation {}
}
