package dev.drover.store.embedded;

import dev.drover.store.map.Mutation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Mutations as bytes, one after the other: a kind, then its fields, big-endian.
final class MutationCodec {
  private static final int BASE = 1;
  private static final int PUT = 2;
  private static final int DELETE = 3;
  private static final int GRANT = 4;
  private static final int END = 5;
  private static final int SKIP = 6;

  private MutationCodec() {}

  static byte[] encode(List<Mutation> mutations) {
    var bytes = new ByteArrayOutputStream(256);
    var out = new DataOutputStream(bytes);
    try {
      for (Mutation mutation : mutations) {
        write(mutation, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException if the bytes are not mutations, to the last byte
  static List<Mutation> decode(byte[] bytes, int offset, int length) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes, offset, length));
    var mutations = new ArrayList<Mutation>();
    while (in.available() > 0) {
      mutations.add(read(in));
    }
    return mutations;
  }

  private static void write(Mutation mutation, DataOutputStream out) throws IOException {
    switch (mutation) {
      case Mutation.Base(long revision, long lastLease) -> {
        out.writeByte(BASE);
        out.writeLong(revision);
        out.writeLong(lastLease);
      }
      case Mutation.Skip(long revision) -> {
        out.writeByte(SKIP);
        out.writeLong(revision);
      }
      case Mutation.Put(long revision, String key, byte[] value, long lease) -> {
        out.writeByte(PUT);
        out.writeLong(revision);
        out.writeLong(lease);
        writeBytes(key.getBytes(StandardCharsets.UTF_8), out);
        writeBytes(value, out);
      }
      case Mutation.Delete(long revision, String key) -> {
        out.writeByte(DELETE);
        out.writeLong(revision);
        writeBytes(key.getBytes(StandardCharsets.UTF_8), out);
      }
      case Mutation.Grant(long lease, long ttlNanos) -> {
        out.writeByte(GRANT);
        out.writeLong(lease);
        out.writeLong(ttlNanos);
      }
      case Mutation.End(long revision, long lease) -> {
        out.writeByte(END);
        out.writeLong(revision);
        out.writeLong(lease);
      }
    }
  }

  private static Mutation read(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    long first = in.readLong();
    return switch (kind) {
      case BASE -> new Mutation.Base(first, in.readLong());
      case SKIP -> new Mutation.Skip(first);
      case PUT -> {
        long lease = in.readLong();
        yield new Mutation.Put(first, readText(in), readBytes(in), lease);
      }
      case DELETE -> new Mutation.Delete(first, readText(in));
      case GRANT -> new Mutation.Grant(first, in.readLong());
      case END -> new Mutation.End(first, in.readLong());
      default -> throw new IOException("there is no mutation of kind " + kind);
    };
  }

  private static void writeBytes(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("a field of " + length + " bytes does not fit");
    }
    return in.readNBytes(length);
  }
}
