package dev.drover.opensearch.answer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What becomes of one piece of an answer.
final class Output {
  private byte[] bytes;
  private int length;

  /// @param room how long it will probably be
  Output(int room) {
    bytes = new byte[room];
  }

  void add(byte[] in, int from, int to) {
    int more = to - from;
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
    System.arraycopy(in, from, bytes, length, more);
    length += more;
  }

  void add(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    add(utf8, 0, utf8.length);
  }

  /// All of it, which is not used here any more.
  ByteBuf taken() {
    return Unpooled.wrappedBuffer(bytes, 0, length);
  }
}
