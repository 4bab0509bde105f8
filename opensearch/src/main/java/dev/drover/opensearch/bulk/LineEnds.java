package dev.drover.opensearch.bulk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds ends of lines, eight bytes at a time (H. S. Warren: Hacker's Delight, 6-1).
final class LineEnds {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ENDS = 0x0A0A0A0A0A0A0A0AL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private LineEnds() {}

  /// Where the next one is; -1 if there is none before `to`.
  static int next(byte[] in, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      long zeros = (long) EIGHT.get(in, i) ^ ENDS;
      // The lowest byte that is zero has its high bit set here; higher ones may be wrong.
      long found = (zeros - ONES) & ~zeros & HIGHS;
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
}
