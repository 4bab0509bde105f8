package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;

/// Reads option words of a request as a server does: as C strings without regard to case, so that
/// `"STORE\0x"` is STORE. A word with a NUL is never what a client means, so callers refuse it
/// ([#hasNul]).
final class OptionWords {
  private OptionWords() {}

  /// Whether the argument is `word`, which is in lower case, to its end.
  static boolean is(RequestReader request, ByteBuf in, int argument, String word) {
    int length = request.length(argument);
    if (length != word.length()) {
      return false;
    }
    int at = in.readerIndex() + request.offset(argument);
    for (int i = 0; i < length; i++) {
      if (lower(in.getByte(at + i)) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static boolean hasNul(RequestReader request, ByteBuf in, int argument) {
    int at = in.readerIndex() + request.offset(argument);
    int length = request.length(argument);
    return length > 0 && in.indexOf(at, at + length, (byte) 0) >= 0;
  }

  /// A whole number that is not negative, written as the server writes it.
  ///
  /// @return -1 if it is not one, or larger than `max`
  static int number(RequestReader request, ByteBuf in, int argument, int max) {
    int length = request.length(argument);
    int at = in.readerIndex() + request.offset(argument);
    if (length == 0 || length > 9 || (length > 1 && in.getByte(at) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < length; i++) {
      int digit = in.getByte(at + i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value <= max ? value : -1;
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
