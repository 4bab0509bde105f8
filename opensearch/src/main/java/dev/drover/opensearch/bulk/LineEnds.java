package dev.drover.opensearch.bulk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds ends of lines, eight bytes at a time (H. S. Warren: Hacker's Delight, 6-1).
final class LineEnds {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int WORDS = 4;
  private static final long ENDS = 0x0A0A0A0A0A0A0A0AL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private LineEnds() {}

  /// Where the next one is; -1 if there is none before `to`.
  static int next(byte[] in, int from, int to) {
    int i = from;
    // Most lines are long: first it is looked for in several words at once.
    while (i + WORDS * Long.BYTES <= to
        && (found(in, i) | found(in, i + 8) | found(in, i + 16) | found(in, i + 24)) == 0) {
      i += WORDS * Long.BYTES;
    }
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long found = found(in, i);
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    for (; i < to; i++) {
      if (in[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /// Not 0 if one of eight bytes is one. The lowest that is has its high bit set; higher ones may
  /// be wrong.
  private static long found(byte[] in, int at) {
    long zeros = (long) EIGHT.get(in, at) ^ ENDS;
    return (zeros - ONES) & ~zeros & HIGHS;
  }
}
