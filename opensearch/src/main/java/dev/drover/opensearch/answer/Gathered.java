package dev.drover.opensearch.answer;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that are kept back, because they may end in another piece of an answer.
final class Gathered {
  private final int bytesMax;
  private byte[] bytes = new byte[64];
  private int length;

  Gathered(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  void add(byte b) throws BadAnswer {
    if (length == bytes.length) {
      if (length >= bytesMax) {
        throw new BadAnswer("a home's answer holds a name or a text that is too long");
      }
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[length++] = b;
  }

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  boolean holds(char c) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == c) {
        return true;
      }
    }
    return false;
  }

  String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  void write(ByteBuf to) {
    to.writeBytes(bytes, 0, length);
  }
}
