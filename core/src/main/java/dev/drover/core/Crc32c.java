package dev.drover.core;

import java.util.zip.CRC32C;

/// The Castagnoli checksum that records carry (RFC 3720, appendix B.4).
public final class Crc32c {
  private Crc32c() {}

  /// The checksum of `bytes[from, to)`, as an unsigned 32-bit number.
  public static long of(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return crc.getValue();
  }

  /// The checksum of all of `bytes`.
  public static long of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }
}
