package dev.drover.redis.move;

import dev.drover.core.mover.MoverException;
import dev.drover.engine.Pacer;
import dev.drover.redis.wire.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes lists at the target, in pieces. Used by one thread.
final class ListWriter {
  private final FencedWriter writer;
  private final Pacer pacer;

  ListWriter(FencedWriter writer, Pacer pacer) {
    this.writer = writer;
    this.pacer = pacer;
  }

  /// How many elements are the same, from the first on.
  static int commonStart(List<byte[]> here, List<Reply> there) throws IOException {
    int i = 0;
    while (i < here.size()
        && i < there.size()
        && Arrays.equals(here.get(i), there.get(i).bytes())) {
      i++;
    }
    return i;
  }

  /// Keeps the elements of some indices only.
  void cut(byte[] key, long from, long to) throws IOException, MoverException {
    if (from >= to) {
      writer.delete(key);
    } else {
      writer.command(
          Scope.utf8("LTRIM"), key, FencedWriter.decimal(from), FencedWriter.decimal(to - 1));
    }
  }

  void set(byte[] key, long index, byte[] element) throws IOException, MoverException {
    writer.command(Scope.utf8("LSET"), key, FencedWriter.decimal(index), element);
  }

  void append(byte[] key, List<byte[]> elements)
      throws IOException, MoverException, InterruptedException {
    push("RPUSH", key, elements);
  }

  /// Puts elements before the first one, in their order.
  void prepend(byte[] key, List<byte[]> elements)
      throws IOException, MoverException, InterruptedException {
    push("LPUSH", key, elements.reversed());
  }

  private void push(String name, byte[] key, List<byte[]> elements)
      throws IOException, MoverException, InterruptedException {
    if (elements.isEmpty()) {
      return;
    }
    List<byte[]> command = new ArrayList<>(List.of(Scope.utf8(name), key));
    command.addAll(elements);
    writer.command(command.toArray(byte[][]::new));
    writer.flush();
    pacer.bytes(elements.stream().mapToLong(element -> element.length).sum());
  }

  void drain() throws IOException, MoverException {
    writer.drain();
  }
}
