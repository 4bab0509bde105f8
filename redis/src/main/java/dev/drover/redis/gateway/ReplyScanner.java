package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;

/// Finds where a server's reply ends, without keeping it: RESP2 and RESP3, also in pieces.
///
/// Source: the protocol specification at redis.io (RESP3, `Redis serialization protocol
/// specification`).
final class ReplyScanner {
  private static final int LINE_BYTES_MAX = 1 << 16;

  /// Elements still to come, over all levels: an aggregate adds its own.
  private long elements = 1;

  /// Bytes of a bulk still to come, with its CRLF.
  private long bulkBytes;

  /// Moves the reader index over as much of the reply as is there.
  ///
  /// @return whether the reply is whole; then the scanner is ready for the next one
  boolean advance(ByteBuf in) {
    while (elements > 0) {
      if (bulkBytes > 0) {
        int step = (int) Math.min(bulkBytes, in.readableBytes());
        in.skipBytes(step);
        bulkBytes -= step;
        if (bulkBytes > 0) {
          return false;
        }
        elements--;
      } else if (!header(in)) {
        return false;
      }
    }
    elements = 1;
    return true;
  }

  /// What is known to be still coming of the reply at hand: the rest of the string in it that has
  /// begun.
  long comingBytes() {
    return bulkBytes;
  }

  private boolean header(ByteBuf in) {
    int start = in.readerIndex();
    int end = in.indexOf(start, Math.min(in.writerIndex(), start + LINE_BYTES_MAX), (byte) '\n');
    if (end < 0) {
      if (in.readableBytes() >= LINE_BYTES_MAX) {
        throw new CorruptedFrameException(
            "the home sent a line of more than " + LINE_BYTES_MAX + " bytes");
      }
      return false;
    }
    byte type = in.getByte(start);
    switch (type) {
      case '+', '-', ':', '_', '#', ',', '(' -> elements--;
      case '$', '=', '!' -> {
        long length = number(in, start + 1, end);
        if (length < 0) {
          elements--;
        } else {
          bulkBytes = length + 2;
        }
      }
      case '*', '~', '>' -> elements += Math.max(0, number(in, start + 1, end)) - 1;
      case '%' -> elements += 2 * number(in, start + 1, end) - 1;
      case '|' -> elements += 2 * number(in, start + 1, end);
      default ->
          throw new CorruptedFrameException(
              "the home sent a reply of the unknown type '" + (char) (type & 0xff) + "'");
    }
    in.readerIndex(end + 1);
    return true;
  }

  /// Reads a decimal number that ends before `\r\n` at `lineFeed`.
  static long number(ByteBuf in, int from, int lineFeed) {
    long value = 0;
    int at = from;
    boolean negative = at < lineFeed && in.getByte(at) == '-';
    if (negative) {
      at++;
    }
    int end = lineFeed - 1;
    if (at >= end || in.getByte(end) != '\r' || end - at > 18) {
      throw new CorruptedFrameException("not a length");
    }
    for (; at < end; at++) {
      int digit = in.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        throw new CorruptedFrameException("not a length");
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }
}
