package dev.drover.store.embedded;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// The bytes of a log: a header, records, and zeros to the end of the file.
///
/// | part | bytes |
/// |---|---|
/// | header | `DROVRLOG`, format version (4), 4 zeros |
/// | record | length n of the payload (4), CRC32C (4), payload (n), big-endian |
///
/// The CRC covers the record's offset in the file, its length and its payload. So bytes that were a
/// record elsewhere are none here. One record is one commit, all of it or nothing.
final class LogFormat {
  static final int HEADER_BYTES = 16;
  static final int RECORD_HEADER_BYTES = 8;
  static final int PAYLOAD_BYTES_MAX = 64 << 20;
  private static final int VERSION = 1;
  private static final byte[] MAGIC = "DROVRLOG".getBytes(StandardCharsets.US_ASCII);

  private LogFormat() {}

  static byte[] header() {
    return ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(VERSION).array();
  }

  static boolean hasHeader(byte[] file) {
    return file.length >= HEADER_BYTES
        && ByteBuffer.wrap(file, 0, HEADER_BYTES).equals(ByteBuffer.wrap(header()));
  }

  static byte[] record(long offset, byte[] payload) {
    if (payload.length == 0 || payload.length > PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException("no record has " + payload.length + " bytes");
    }
    return ByteBuffer.allocate(RECORD_HEADER_BYTES + payload.length)
        .putInt(payload.length)
        .putInt(crc(offset, payload, 0, payload.length))
        .put(payload)
        .array();
  }

  /// The payload's length of the record at `offset`, or -1 if no whole and valid one stands there.
  static int payloadLengthAt(byte[] file, int offset) {
    if (offset + RECORD_HEADER_BYTES > file.length) {
      return -1;
    }
    var header = ByteBuffer.wrap(file, offset, RECORD_HEADER_BYTES);
    int length = header.getInt();
    int start = offset + RECORD_HEADER_BYTES;
    if (length <= 0 || length > PAYLOAD_BYTES_MAX || length > file.length - start) {
      return -1;
    }
    return crc(offset, file, start, length) == header.getInt() ? length : -1;
  }

  private static int crc(long offset, byte[] bytes, int start, int length) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(12).putLong(offset).putInt(length).flip());
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }
}
