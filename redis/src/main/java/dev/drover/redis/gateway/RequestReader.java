package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Takes a client's requests apart: arrays of bulk strings, also in pieces. ([InlineRequests] turns
/// inline commands into these before.)
///
/// It does not copy: it notes where in the buffer each argument stands. A request whose last
/// arguments have not come yet can be looked at as soon as a given argument has, so that a large
/// value need not be held to find out where it goes.
///
/// Every limit is checked before anything is kept. Numbers have to be written as every server
/// writes them (`*3`, never `*03` or `*+3`), and every argument has to end with CRLF: what one
/// parser would read in another way than the next never reaches a connection that others share.
final class RequestReader {
  static final int ARGUMENTS_MAX = 1 << 20;
  static final int BULK_BYTES_MAX = 512 << 20;

  /// What a client may send before it has logged in, as Redis has it.
  private static final int STRANGER_ARGUMENTS_MAX = 10;

  private static final int STRANGER_BULK_BYTES_MAX = 16 << 10;

  /// A type, ten digits and a sign, and CRLF.
  private static final int HEADER_BYTES_MAX = 14;

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
  private boolean stranger;

  /// Whether the client still has to log in: much less is taken from it.
  void stranger(boolean yes) {
    stranger = yes;
  }

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
      int end = header(in, base + at, base + readable, '*');
      if (end < 0) {
        return Found.MORE;
      }
      arguments = (int) Math.max(0, arguments(in, base + at, end, stranger));
      at = end - base;
      started = true;
    }
    while (noted < arguments) {
      if (pendingBulk < 0) {
        int end = header(in, base + at, base + readable, '$');
        if (end < 0) {
          return Found.PART;
        }
        pendingBulk = bulk(in, base + at, end, stranger);
        at = end - base;
      }
      if (readable - at < pendingBulk + 2L) {
        return Found.PART;
      }
      checkEnd(in, base + at + pendingBulk);
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
    if (offsets.length > KEPT_MAX) {
      offsets = new int[16];
      lengths = new int[16];
    }
  }

  /// Places that are kept for the next request.
  private static final int KEPT_MAX = 1 << 10;

  private void note(int offset, int length) {
    if (noted == offsets.length) {
      offsets = Arrays.copyOf(offsets, noted * 2);
      lengths = Arrays.copyOf(lengths, noted * 2);
    }
    offsets[noted] = offset;
    lengths[noted] = length;
    noted++;
  }

  // --- the form of a request, for whoever reads one

  /// Finds the end of a header line of this type that begins at `from`.
  ///
  /// @return the index after it, or -1 if it is not there yet
  static int header(ByteBuf in, int from, int to, char type) throws BadRequest {
    if (from >= to) {
      return -1;
    }
    if (in.getByte(from) != type) {
      throw new BadRequest(
          "Protocol error: expected '"
              + type
              + "', got '"
              + printable((char) (in.getByte(from) & 0xff))
              + "'");
    }
    int end = in.indexOf(from, Math.min(to, from + HEADER_BYTES_MAX), (byte) '\n');
    if (end < 0) {
      if (to - from >= HEADER_BYTES_MAX) {
        throw new BadRequest("Protocol error: invalid length");
      }
      return -1;
    }
    return end + 1;
  }

  /// How many arguments the header `[from, end)` tells.
  static long arguments(ByteBuf in, int from, int end, boolean stranger) throws BadRequest {
    long count = number(in, from + 1, end);
    if (stranger && count > STRANGER_ARGUMENTS_MAX) {
      throw new BadRequest("Protocol error: unauthenticated multibulk length");
    }
    if (count > ARGUMENTS_MAX) {
      throw new BadRequest(
          "Protocol error: a request may have at most " + ARGUMENTS_MAX + " arguments");
    }
    return count;
  }

  /// How many bytes the argument has whose header is `[from, end)`.
  static int bulk(ByteBuf in, int from, int end, boolean stranger) throws BadRequest {
    long length = number(in, from + 1, end);
    if (stranger && length > STRANGER_BULK_BYTES_MAX) {
      throw new BadRequest("Protocol error: unauthenticated bulk length");
    }
    if (length < 0 || length > BULK_BYTES_MAX) {
      throw new BadRequest("Protocol error: invalid bulk length");
    }
    return (int) length;
  }

  /// An argument has to end with CRLF.
  static void checkEnd(ByteBuf in, int at) throws BadRequest {
    if (in.getByte(at) != '\r' || in.getByte(at + 1) != '\n') {
      throw new BadRequest("Protocol error: an argument does not end where its length says");
    }
  }

  /// A number in its only form, before CRLF.
  private static long number(ByteBuf in, int from, int end) throws BadRequest {
    int at = from;
    int to = end - 2;
    boolean negative = at < to && in.getByte(at) == '-';
    if (negative) {
      at++;
    }
    boolean form = at < to && in.getByte(to) == '\r';
    boolean zero = form && in.getByte(at) == '0';
    if (!form || (zero && (negative || to - at > 1))) {
      throw new BadRequest("Protocol error: invalid length");
    }
    long value = 0;
    for (; at < to; at++) {
      int digit = in.getByte(at) - '0';
      if (digit < 0 || digit > 9) {
        throw new BadRequest("Protocol error: invalid length");
      }
      value = value * 10 + digit;
    }
    return negative ? -value : value;
  }

  private static char printable(char c) {
    return c >= ' ' && c < 127 ? c : '?';
  }

  /// What a client sent is not a request; it is told so and disconnected, as Redis does.
  static final class BadRequest extends Exception {
    private static final long serialVersionUID = 1;

    BadRequest(String message) {
      super(message);
    }

    byte[] line() {
      return ("-ERR " + getMessage() + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
  }
}
