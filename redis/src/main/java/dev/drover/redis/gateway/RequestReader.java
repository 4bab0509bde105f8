package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/// Takes a client's requests apart: arrays of bulk strings, also in pieces, and inline commands.
///
/// It does not copy: it notes where in the buffer each argument stands. A request whose last
/// arguments have not come yet can be looked at as soon as a given argument has, so that a large
/// value need not be held to find out where it goes.
///
/// Every limit is checked before anything is kept: [#ARGUMENTS_MAX], [#BULK_BYTES_MAX],
/// [#INLINE_BYTES_MAX].
final class RequestReader {
  static final int ARGUMENTS_MAX = 1 << 20;
  static final int BULK_BYTES_MAX = 512 << 20;
  static final int INLINE_BYTES_MAX = 1 << 16;
  private static final int HEADER_BYTES_MAX = 32;

  /// How a look at the buffer ended.
  enum Found {
    /// Not even the arguments that are asked for are there.
    MORE,
    /// The arguments noted so far are there; the rest of the request is still coming.
    PART,
    /// The whole request is there.
    WHOLE
  }

  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int arguments;
  private int noted;
  private int at;
  private boolean started;
  private int pendingBulk = -1;

  /// How many arguments the request has, the command's name included.
  int arguments() {
    return arguments;
  }

  /// How many of them are wholly there.
  int noted() {
    return noted;
  }

  int offset(int argument) {
    return offsets[argument];
  }

  int length(int argument) {
    return lengths[argument];
  }

  /// The bytes of the request that are there end here, relative to its start.
  int scanned() {
    return at;
  }

  /// The declared length of the argument that is still coming; -1 if that is not known.
  int comingBulk() {
    return pendingBulk;
  }

  /// Looks at the request that begins at the buffer's reader index; goes on where the last look
  /// ended. Offsets are relative to that index.
  ///
  /// @throws BadRequest if it is not a request
  Found look(ByteBuf in) throws BadRequest {
    int base = in.readerIndex();
    int readable = in.readableBytes();
    if (!started) {
      if (readable == 0) {
        return Found.MORE;
      }
      if (in.getByte(base) != '*') {
        return inline(in, base, readable);
      }
      long count = header(in, base, readable, '*');
      if (count == Long.MIN_VALUE) {
        return Found.MORE;
      }
      if (count > ARGUMENTS_MAX) {
        throw new BadRequest(
            "Protocol error: a request may have at most " + ARGUMENTS_MAX + " arguments");
      }
      arguments = (int) Math.max(0, count);
      started = true;
    }
    while (noted < arguments) {
      if (pendingBulk < 0) {
        long length = header(in, base, readable, '$');
        if (length == Long.MIN_VALUE) {
          return Found.PART;
        }
        if (length < 0 || length > BULK_BYTES_MAX) {
          throw new BadRequest("Protocol error: invalid bulk length");
        }
        pendingBulk = (int) length;
      }
      if (readable - at < pendingBulk + 2L) {
        return Found.PART;
      }
      note(at, pendingBulk);
      at += pendingBulk + 2;
      pendingBulk = -1;
    }
    return Found.WHOLE;
  }

  /// Forgets the request; the next look begins a new one.
  void reset() {
    arguments = 0;
    noted = 0;
    at = 0;
    started = false;
    pendingBulk = -1;
  }

  private void note(int offset, int length) {
    if (noted == offsets.length) {
      offsets = java.util.Arrays.copyOf(offsets, noted * 2);
      lengths = java.util.Arrays.copyOf(lengths, noted * 2);
    }
    offsets[noted] = offset;
    lengths[noted] = length;
    noted++;
  }

  private long header(ByteBuf in, int base, int readable, char type) throws BadRequest {
    int from = base + at;
    if (at >= readable) {
      return Long.MIN_VALUE;
    }
    if (in.getByte(from) != type) {
      throw new BadRequest(
          "Protocol error: expected '"
              + type
              + "', got '"
              + (char) (in.getByte(from) & 0xff)
              + "'");
    }
    int end = in.indexOf(from, Math.min(base + readable, from + HEADER_BYTES_MAX), (byte) '\n');
    if (end < 0) {
      if (readable - at >= HEADER_BYTES_MAX) {
        throw new BadRequest("Protocol error: invalid length");
      }
      return Long.MIN_VALUE;
    }
    long value;
    try {
      value = ReplyScanner.number(in, from + 1, end);
    } catch (io.netty.handler.codec.CorruptedFrameException e) {
      throw new BadRequest("Protocol error: invalid length");
    }
    at = end + 1 - base;
    return value;
  }

  private Found inline(ByteBuf in, int base, int readable) throws BadRequest {
    int end = in.indexOf(base, Math.min(base + readable, base + INLINE_BYTES_MAX), (byte) '\n');
    if (end < 0) {
      if (readable >= INLINE_BYTES_MAX) {
        throw new BadRequest("Protocol error: too big inline request");
      }
      return Found.MORE;
    }
    int i = base;
    while (i < end) {
      while (i < end && blank(in.getByte(i))) {
        i++;
      }
      int from = i;
      while (i < end && !blank(in.getByte(i))) {
        i++;
      }
      if (i > from) {
        note(from - base, i - from);
      }
    }
    arguments = noted;
    at = end + 1 - base;
    started = true;
    return Found.WHOLE;
  }

  /// Whether the request was written as an inline command, which the homes are sent as an array.
  static boolean isInline(ByteBuf in) {
    return in.getByte(in.readerIndex()) != '*';
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  /// What a client sent is not a request; it is told so and disconnected, as Redis does.
  static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1;

    BadRequest(String message) {
      super(message);
    }

    byte[] line() {
      return ("-ERR " + getMessage() + "\r\n").getBytes(StandardCharsets.UTF_8);
    }
  }
}
