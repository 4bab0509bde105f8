package dev.drover.store.log;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What a database has to offer to hold a [LogStore]: one cell that is changed by compare-and-set,
/// and blobs that never change. Thread-safe.
public interface Cell extends AutoCloseable {
  /// Names one write of the cell; never given twice.
  ///
  /// @param term changes when another machine, or the same one after a restart, accepts writes: 0
  ///   if the database does not tell
  /// @param number of the write
  record Position(long term, long number) {}

  /// What stands in the cell, and which write put it there.
  @SuppressWarnings("ArrayRecordComponent")
  record Content(Position at, byte[] bytes) {}

  /// Reads the cell: it sees every write that was acknowledged before the call, and what it gives
  /// is as safe as an acknowledged write. Empty if nothing was ever written.
  ///
  /// @throws StoreException.Unavailable also if an answer did not come
  Optional<Content> read(Deadline deadline) throws StoreException;

  /// Waits until the cell seems to be at another position, or for about as long as is said. May be
  /// wrong either way: it says only when to read.
  boolean moved(Position since, Duration atMost) throws StoreException, InterruptedException;

  /// Writes the cell if it is at this position; if none is given, if it was never written. Sent
  /// once.
  ///
  /// @return the new position; empty if the cell is at another one, and nothing was done
  /// @throws StoreException.Unavailable if nothing was done, and nothing will be
  /// @throws StoreException.OutcomeUnknown if it may have been done, or will be
  Optional<Position> swap(Optional<Position> expected, byte[] bytes, Deadline deadline)
      throws StoreException;

  /// Keeps bytes, as safe as an acknowledged write.
  ///
  /// @return their name, which nothing else ever has
  String keep(byte[] bytes, Deadline deadline) throws StoreException;

  /// What was kept; empty if it was dropped.
  Optional<byte[]> kept(String name, Deadline deadline) throws StoreException;

  /// Forgets what was kept. If that fails, it is only in the way.
  void drop(List<String> names);

  /// A name that no other client of this database ever has.
  String client(Deadline deadline) throws StoreException;

  Guarantees guarantees();

  @Override
  void close();
}
