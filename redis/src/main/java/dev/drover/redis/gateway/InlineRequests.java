package dev.drover.redis.gateway;

import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Inline commands: a line of words, which may be quoted. They are turned into arrays of bulk
/// strings, so that everything behind has one form to read.
///
/// Source: `sdssplitargs` in Redis' `sds.c`. It ends a line at a NUL; here such a line is refused.
final class InlineRequests {
  private static final int LINE_BYTES_MAX = 1 << 16;
  private static final int ARGUMENTS_MAX = 1 << 15;

  private final ByteBuf in;
  private final int end;
  private int at;

  private InlineRequests(ByteBuf in, int from, int end) {
    this.in = in;
    this.at = from;
    this.end = end;
  }

  /// Whether what stands at the reader index is one.
  static boolean isNext(ByteBuf in) {
    return in.isReadable() && in.getByte(in.readerIndex()) != '*';
  }

  /// Turns all inline commands at the start of `in` that are there as a whole; the rest is kept as
  /// it is. Empty lines are dropped.
  ///
  /// @return null if the first one is not there as a whole; else what takes the place of `in`,
  ///   which is released
  /// @throws BadRequest if the first one is none
  static @org.jspecify.annotations.Nullable ByteBuf rewrite(ByteBuf in) throws BadRequest {
    ByteBuf out = null;
    while (isNext(in)) {
      int from = in.readerIndex();
      int lineFeed =
          in.indexOf(from, Math.min(in.writerIndex(), from + LINE_BYTES_MAX), (byte) '\n');
      if (lineFeed < 0) {
        if (out == null && in.readableBytes() >= LINE_BYTES_MAX) {
          throw new BadRequest("Protocol error: too big inline request");
        }
        break;
      }
      List<byte[]> words;
      try {
        words = new InlineRequests(in, from, trimmed(in, from, lineFeed)).words();
      } catch (BadRequest e) {
        if (out == null) {
          throw e;
        }
        break;
      }
      if (out == null) {
        out = in.alloc().buffer(in.readableBytes() * 2);
      }
      if (!words.isEmpty()) {
        Resp.request(out, words);
      }
      in.readerIndex(lineFeed + 1);
    }
    if (out != null) {
      out.writeBytes(in);
      in.release();
    }
    return out;
  }

  private static int trimmed(ByteBuf in, int from, int lineFeed) {
    return lineFeed > from && in.getByte(lineFeed - 1) == '\r' ? lineFeed - 1 : lineFeed;
  }

  private List<byte[]> words() throws BadRequest {
    if (in.indexOf(at, end, (byte) 0) >= 0) {
      throw new BadRequest("Protocol error: a NUL in an inline request");
    }
    List<byte[]> words = new ArrayList<>();
    while (true) {
      while (at < end && blank(in.getByte(at))) {
        at++;
      }
      if (at == end) {
        return words;
      }
      if (words.size() == ARGUMENTS_MAX) {
        throw new BadRequest("Protocol error: too big inline request");
      }
      words.add(word());
    }
  }

  private byte[] word() throws BadRequest {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    while (at < end) {
      byte next = in.getByte(at++);
      switch (next) {
        case ' ', '\n', '\r', '\t' -> {
          return word.toByteArray();
        }
        case '"' -> {
          quoted(word);
          return word.toByteArray();
        }
        case '\'' -> {
          singleQuoted(word);
          return word.toByteArray();
        }
        default -> word.write(next);
      }
    }
    return word.toByteArray();
  }

  private void quoted(ByteArrayOutputStream word) throws BadRequest {
    while (at < end) {
      byte next = in.getByte(at++);
      if (next == '"') {
        checkAfterQuote();
        return;
      }
      if (next != '\\' || at == end) {
        word.write(next);
      } else if (at + 2 < end
          && in.getByte(at) == 'x'
          && hex(in.getByte(at + 1)) >= 0
          && hex(in.getByte(at + 2)) >= 0) {
        word.write(hex(in.getByte(at + 1)) * 16 + hex(in.getByte(at + 2)));
        at += 3;
      } else {
        word.write(unescaped(in.getByte(at++)));
      }
    }
    throw unbalanced();
  }

  private void singleQuoted(ByteArrayOutputStream word) throws BadRequest {
    while (at < end) {
      byte next = in.getByte(at++);
      if (next == '\\' && at < end && in.getByte(at) == '\'') {
        word.write('\'');
        at++;
      } else if (next == '\'') {
        checkAfterQuote();
        return;
      } else {
        word.write(next);
      }
    }
    throw unbalanced();
  }

  private void checkAfterQuote() throws BadRequest {
    if (at < end && !blank(in.getByte(at))) {
      throw unbalanced();
    }
  }

  private static BadRequest unbalanced() {
    return new BadRequest("Protocol error: unbalanced quotes in request");
  }

  private static int unescaped(byte b) {
    return switch (b) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> b;
    };
  }

  private static int hex(byte b) {
    return Character.digit(b, 16);
  }

  private static boolean blank(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }
}
