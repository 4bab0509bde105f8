package dev.drover.store.log;

import java.util.ArrayList;
import java.util.List;

/// What stands in the cell: where the log is, and its end.
///
/// Batches are numbered from 1. The last ones stand in the head itself (`tail`), those before in
/// blobs (`segments`), and a snapshot has the map as of one of them. Segments reach from the
/// snapshot to the tail, and further back for clients that fell behind.
///
/// @param generation of this log: another one is another store
/// @param index of the newest batch, 0 if there is none
/// @param chain a digest over all batches up to it: two logs that have it in common are one
/// @param tail the newest batches, each as it is digested
/// @param dropped blobs that nothing needs any more, to be dropped at the next compaction
record Head(
    String generation,
    long index,
    long chain,
    Snapshot snapshot,
    List<Segment> segments,
    List<byte[]> tail,
    List<String> dropped) {
  /// Past these, the tail becomes a segment.
  static final int TAIL_BATCHES_MAX = 96;

  static final int TAIL_BYTES_MAX = 24 << 10;

  private static final int SEGMENTS_MAX = 64;
  private static final long SEGMENT_BYTES_MIN = 4L << 20;

  /// So many segments before the snapshot are kept.
  private static final int SEGMENTS_BEHIND = 8;

  /// The map as of a batch.
  ///
  /// @param index of that batch; 0 stands for the empty map
  record Snapshot(long index, long chain, long bytes, List<String> blobs) {
    Snapshot {
      blobs = List.copyOf(blobs);
    }
  }

  /// Batches in a blob.
  record Segment(long first, long last, int bytes, String blob) {}

  Head {
    segments = List.copyOf(segments);
    tail = List.copyOf(tail);
    dropped = List.copyOf(dropped);
  }

  static Head empty(String generation) {
    return new Head(
        generation, 0, 0, new Snapshot(0, 0, 0, List.of()), List.of(), List.of(), List.of());
  }

  /// The index of the batch before the tail.
  long beforeTail() {
    return index - tail.size();
  }

  private static int bytes(List<byte[]> batches) {
    return batches.stream().mapToInt(each -> each.length).sum();
  }

  /// Whether another batch would have to go into a segment, with all that is in the tail.
  boolean overflowsWith(byte[] batch) {
    return tail.size() >= TAIL_BATCHES_MAX || bytes(tail) + batch.length > TAIL_BYTES_MAX;
  }

  /// The tail and one more batch.
  List<byte[]> tailWith(byte[] batch) {
    List<byte[]> all = new ArrayList<>(tail);
    all.add(batch);
    return all;
  }

  Head appended(byte[] batch) {
    return new Head(
        generation,
        index + 1,
        Codec.chained(chain, batch),
        snapshot,
        segments,
        tailWith(batch),
        dropped);
  }

  /// As [#appended], with the tail and the batch in a blob.
  Head appendedAsSegment(byte[] batch, int bytes, String blob) {
    List<Segment> more = new ArrayList<>(segments);
    more.add(new Segment(beforeTail() + 1, index + 1, bytes, blob));
    return new Head(
        generation, index + 1, Codec.chained(chain, batch), snapshot, more, List.of(), dropped);
  }

  /// Whether it is time for another snapshot.
  boolean isLong() {
    List<Segment> since = segments.stream().filter(s -> s.last() > snapshot.index()).toList();
    long bytes = since.stream().mapToLong(Segment::bytes).sum();
    return since.size() > SEGMENTS_MAX || bytes > Math.max(SEGMENT_BYTES_MIN, snapshot.bytes());
  }

  /// With another snapshot, and without what that makes needless.
  Head compacted(Snapshot newer) {
    List<Segment> behind = segments.stream().filter(s -> s.last() <= newer.index()).toList();
    int gone = Math.max(0, behind.size() - SEGMENTS_BEHIND);
    List<String> needless = new ArrayList<>(snapshot.blobs());
    behind.subList(0, gone).forEach(each -> needless.add(each.blob()));
    return new Head(
        generation, index, chain, newer, segments.subList(gone, segments.size()), tail, needless);
  }
}
