package dev.drover.opensearch.answer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that are kept back, because they may end in another piece of an answer.
final class Gathered {
  private static final byte[] NONE = {};
  private static final int ROOM = 64;

  private final int bytesMax;
  private byte[] bytes = NONE;
  private int length;

  Gathered(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  void add(byte b) throws BadAnswer {
    if (length == bytes.length) {
      if (length >= bytesMax) {
        throw new BadAnswer("a home's answer holds a name or a text that is too long");
      }
      bytes = Arrays.copyOf(bytes, Math.max(ROOM, length * 2));
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

  void write(Output to) {
    to.add(bytes, 0, length);
  }
}
