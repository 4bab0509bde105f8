package dev.drover.store.log;

import dev.drover.store.StoreException;
import dev.drover.store.log.Head.Segment;
import dev.drover.store.log.Head.Snapshot;
import dev.drover.store.map.Mutation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// Heads, batches and changes as bytes, and back.
final class Codec {
  private static final int FORMAT = 1;
  private static final int COUNT_MAX = 1 << 20;

  private static final int BASE = 1;
  private static final int PUT = 2;
  private static final int DELETE = 3;
  private static final int GRANT = 4;
  private static final int END = 5;
  private static final int EXTENDED = 6;
  private static final int SKIP = 7;

  private Codec() {}

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is full?", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(String what, byte[] bytes, Reading<T> reading) throws StoreException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      T found = reading.from(in);
      if (in.available() > 0) {
        throw new IOException(in.available() + " bytes too many");
      }
      return found;
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException.Corrupt(
          "the store's %s cannot be read: %s. It was damaged, or is a newer version's"
              .formatted(what, e.getMessage()),
          e);
    }
  }

  static byte[] head(Head head) {
    return written(
        out -> {
          out.writeByte(FORMAT);
          text(out, head.generation());
          out.writeLong(head.index());
          out.writeLong(head.chain());
          Snapshot snapshot = head.snapshot();
          out.writeLong(snapshot.index());
          out.writeLong(snapshot.chain());
          out.writeLong(snapshot.bytes());
          texts(out, snapshot.blobs());
          out.writeInt(head.segments().size());
          for (Segment each : head.segments()) {
            out.writeLong(each.first());
            out.writeLong(each.last());
            out.writeInt(each.bytes());
            text(out, each.blob());
          }
          blocks(out, head.tail());
          texts(out, head.dropped());
        });
  }

  static Head head(byte[] bytes) throws StoreException {
    return read(
        "head",
        bytes,
        in -> {
          int format = in.readByte();
          if (format != FORMAT) {
            throw new IOException("its format is " + format);
          }
          String generation = text(in);
          long index = in.readLong();
          long chain = in.readLong();
          Snapshot snapshot = new Snapshot(in.readLong(), in.readLong(), in.readLong(), texts(in));
          List<Segment> segments = new ArrayList<>();
          for (int left = count(in); left > 0; left--) {
            segments.add(new Segment(in.readLong(), in.readLong(), in.readInt(), text(in)));
          }
          return new Head(generation, index, chain, snapshot, segments, blocks(in), texts(in));
        });
  }

  /// What a segment's blob has.
  static byte[] segment(List<byte[]> batches) {
    return written(out -> blocks(out, batches));
  }

  static List<byte[]> segment(byte[] bytes) throws StoreException {
    return read("log", bytes, Codec::blocks);
  }

  static byte[] batch(Batch batch) {
    return written(
        out -> {
          text(out, batch.client());
          out.writeLong(batch.number());
          changes(out, batch.changes());
        });
  }

  static Batch batch(byte[] bytes) throws StoreException {
    return read("log", bytes, in -> new Batch(text(in), in.readLong(), changes(in)));
  }

  /// What a snapshot's blob has.
  static byte[] snapshot(List<Mutation> mutations) {
    return written(
        out ->
            changes(
                out, mutations.stream().map(each -> (Change) new Change.Mutated(each)).toList()));
  }

  static List<Change> snapshot(byte[] bytes) throws StoreException {
    return read("snapshot", bytes, Codec::changes);
  }

  /// The digest over a log that has one more batch.
  static long chained(long chain, byte[] batch) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(chain).array());
      return ByteBuffer.wrap(digest.digest(batch)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void changes(DataOutputStream out, List<Change> changes) throws IOException {
    out.writeInt(changes.size());
    for (Change each : changes) {
      switch (each) {
        case Change.Extended extended -> {
          out.writeByte(EXTENDED);
          out.writeLong(extended.lease());
        }
        case Change.Mutated mutated -> mutation(out, mutated.mutation());
      }
    }
  }

  private static void mutation(DataOutputStream out, Mutation mutation) throws IOException {
    switch (mutation) {
      case Mutation.Base base -> numbers(out, BASE, base.revision(), base.lastLease());
      case Mutation.Skip skip -> numbers(out, SKIP, skip.revision());
      case Mutation.Put put -> {
        numbers(out, PUT, put.revision(), put.lease());
        text(out, put.key());
        block(out, put.value());
      }
      case Mutation.Delete delete -> {
        numbers(out, DELETE, delete.revision());
        text(out, delete.key());
      }
      case Mutation.Grant grant -> numbers(out, GRANT, grant.lease(), grant.ttlNanos());
      case Mutation.End end -> numbers(out, END, end.revision(), end.lease());
    }
  }

  private static void numbers(DataOutputStream out, int kind, long... numbers) throws IOException {
    out.writeByte(kind);
    for (long each : numbers) {
      out.writeLong(each);
    }
  }

  private static List<Change> changes(DataInputStream in) throws IOException {
    List<Change> changes = new ArrayList<>();
    for (int left = count(in); left > 0; left--) {
      int kind = in.readByte();
      changes.add(
          kind == EXTENDED
              ? new Change.Extended(in.readLong())
              : new Change.Mutated(mutation(kind, in)));
    }
    return changes;
  }

  private static Mutation mutation(int kind, DataInputStream in) throws IOException {
    long first = in.readLong();
    return switch (kind) {
      case BASE -> new Mutation.Base(first, in.readLong());
      case SKIP -> new Mutation.Skip(first);
      case PUT -> {
        long lease = in.readLong();
        yield new Mutation.Put(first, text(in), block(in), lease);
      }
      case DELETE -> new Mutation.Delete(first, text(in));
      case GRANT -> new Mutation.Grant(first, in.readLong());
      case END -> new Mutation.End(first, in.readLong());
      default -> throw new IOException("no change is of kind " + kind);
    };
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    block(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(block(in), StandardCharsets.UTF_8);
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String each : texts) {
      text(out, each);
    }
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = count(in); left > 0; left--) {
      texts.add(text(in));
    }
    return texts;
  }

  private static void blocks(DataOutputStream out, List<byte[]> blocks) throws IOException {
    out.writeInt(blocks.size());
    for (byte[] each : blocks) {
      block(out, each);
    }
  }

  private static List<byte[]> blocks(DataInputStream in) throws IOException {
    List<byte[]> blocks = new ArrayList<>();
    for (int left = count(in); left > 0; left--) {
      blocks.add(block(in));
    }
    return blocks;
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a block of " + length + " bytes");
    }
    return in.readNBytes(length);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > COUNT_MAX) {
      throw new IOException("a list of " + count);
    }
    return count;
  }
}
