package dev.drover.torture.history;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Reads what a [HistoryWriter] has written. An operation that has begun and not ended (its process
/// was killed) is of unknown outcome; a record that a kill has torn is the last one, and left out:
/// an operation is sent only after its record is whole.
public final class HistoryReader {
  private HistoryReader() {}

  private record Begun(Kind kind, int gateway, long key, long a, long startNanos) {}

  /// @param client what this run of a client is called in its operations
  /// @param each is given every operation, in the order in which they ended
  public static void read(Path file, int client, Consumer<Op> each) throws IOException {
    Map<Integer, Begun> open = new HashMap<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      byte[] bytes = new byte[HistoryWriter.RECORD_BYTES];
      while (in.readNBytes(bytes, 0, bytes.length) == bytes.length) {
        record(ByteBuffer.wrap(bytes), file, client, open, each);
      }
    }
    open.forEach(
        (id, b) -> each.accept(op(client, id, b, Outcome.UNKNOWN, Long.MAX_VALUE, b.a(), 0)));
  }

  private static void record(
      ByteBuffer from, Path file, int client, Map<Integer, Begun> open, Consumer<Op> each)
      throws IOException {
    byte tag = from.get();
    byte what = from.get();
    int gateway = from.getShort();
    int id = from.getInt();
    long key = from.getLong();
    long a = from.getLong();
    long b = from.getLong();
    long when = from.getLong();
    if (tag == HistoryWriter.BEGUN) {
      open.put(id, new Begun(Kind.of(what), gateway, key, a, when));
      return;
    }
    Begun begun = open.remove(id);
    if (tag != HistoryWriter.ENDED || begun == null) {
      throw new IOException(
          file + " is no history: operation " + id + " ends without having begun");
    }
    Outcome outcome = Outcome.of(what);
    boolean told = outcome == Outcome.DONE && begun.kind().answers();
    each.accept(op(client, id, begun, outcome, when, told ? a : begun.a(), b));
  }

  private static Op op(
      int client, int id, Begun begun, Outcome outcome, long endNanos, long a, long b) {
    return new Op(
        client,
        id,
        begun.key(),
        begun.kind(),
        outcome,
        begun.gateway(),
        begun.startNanos(),
        endNanos,
        a,
        b);
  }
}
