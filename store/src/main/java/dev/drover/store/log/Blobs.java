package dev.drover.store.log;

import dev.drover.store.StoreException;
import dev.drover.store.log.Head.Segment;
import dev.drover.store.map.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What of the log stands outside its head.
final class Blobs {
  private static final int SNAPSHOT_BLOB_BYTES = 512 << 10;

  private final Cell cell;

  /// A blob of a head is not there any more: that head is an old one.
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1;
  }

  Blobs(Cell cell) {
    this.cell = cell;
  }

  /// A head that is to be written, and what was kept for it.
  record Prepared(Head head, List<String> blobs) {
    /// It was not written, and will not be.
    void forget(Cell cell) {
      cell.drop(blobs);
    }
  }

  /// The head with one more batch.
  Prepared prepared(Head head, byte[] batch, Deadline deadline) throws StoreException {
    if (!head.overflowsWith(batch)) {
      return new Prepared(head.appended(batch), List.of());
    }
    byte[] segment = Codec.segment(head.tailWith(batch));
    String name = keep(segment, deadline);
    return new Prepared(head.appendedAsSegment(batch, segment.length, name), List.of(name));
  }

  /// Nobody sees it before a head names it: so nothing was done if that is not known.
  private String keep(byte[] bytes, Deadline deadline) throws StoreException {
    try {
      return cell.keep(bytes, deadline);
    } catch (StoreException.OutcomeUnknown e) {
      throw new StoreException.Unavailable("nothing was written: " + e.getMessage(), e);
    }
  }

  private byte[] blob(String name, Deadline deadline) throws StoreException, Gone {
    return cell.kept(name, deadline).orElseThrow(Gone::new);
  }

  /// All batches after one; empty if the head does not reach back so far.
  Optional<List<byte[]>> after(long index, Head head, Deadline deadline)
      throws StoreException, Gone {
    long at = index;
    List<byte[]> found = new ArrayList<>();
    for (Segment segment : head.segments()) {
      if (segment.last() <= at) {
        continue;
      }
      if (segment.first() > at + 1) {
        return Optional.empty();
      }
      List<byte[]> batches = Codec.segment(blob(segment.blob(), deadline));
      if (batches.size() != segment.last() - segment.first() + 1) {
        throw new StoreException.Corrupt("a part of the store's log is not whole", null);
      }
      found.addAll(batches.subList((int) (at + 1 - segment.first()), batches.size()));
      at = segment.last();
    }
    if (at < head.beforeTail()) {
      return Optional.empty();
    }
    found.addAll(head.tail().subList((int) (at - head.beforeTail()), head.tail().size()));
    return Optional.of(found);
  }

  /// Keeps a map.
  Head.Snapshot kept(List<Mutation> map, long index, long chain, Deadline deadline)
      throws StoreException {
    List<String> names = new ArrayList<>();
    List<Mutation> part = new ArrayList<>();
    long bytes = 0;
    long partBytes = 0;
    for (Mutation each : map) {
      long size =
          each instanceof Mutation.Put put ? 64 + put.key().length() + put.value().length : 64;
      if (!part.isEmpty() && partBytes + size > SNAPSHOT_BLOB_BYTES) {
        names.add(keep(Codec.snapshot(part), deadline));
        part.clear();
        partBytes = 0;
      }
      part.add(each);
      partBytes += size;
      bytes += size;
    }
    names.add(keep(Codec.snapshot(part), deadline));
    return new Head.Snapshot(index, chain, bytes, names);
  }

  /// What builds the map anew.
  List<Change> snapshot(Head.Snapshot snapshot, Deadline deadline) throws StoreException, Gone {
    List<Change> changes = new ArrayList<>();
    for (String each : snapshot.blobs()) {
      changes.addAll(Codec.snapshot(blob(each, deadline)));
    }
    return changes;
  }
}
