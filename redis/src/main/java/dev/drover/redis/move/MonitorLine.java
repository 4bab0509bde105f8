package dev.drover.redis.move;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// One command as MONITOR shows it: `1339518083.107412 [0 127.0.0.1:60866] "hset" "k" "f" "v"`.
///
/// Source: `replicationFeedMonitors` and `sdscatrepr` of Redis and Valkey; the form is the same
/// from 6.2 on.
///
/// @param database its number, as text
/// @param words the command's name and arguments; without the last one if the line was cut
record MonitorLine(String database, List<byte[]> words) {
  private static final byte[] BEFORE_WORDS = "] ".getBytes(StandardCharsets.US_ASCII);

  private static final byte BELL = 7;

  /// Reads a line, whole or cut.
  static MonitorLine parse(byte[] line) throws ProtocolException {
    int open = indexOf(line, (byte) '[', 0);
    int space = indexOf(line, (byte) ' ', open);
    int at = beginOfWords(line);
    if (open < 0 || space < 0 || at < 0) {
      throw new ProtocolException("a line of MONITOR of an unknown form");
    }
    List<byte[]> words = new ArrayList<>();
    while (at < line.length) {
      ByteArrayOutputStream word = new ByteArrayOutputStream();
      at = word(line, at, word);
      if (at < 0) {
        break;
      }
      words.add(word.toByteArray());
      at++;
    }
    return new MonitorLine(
        new String(line, open + 1, space - open - 1, StandardCharsets.US_ASCII), words);
  }

  /// The command's name in lower case; the line must not be cut before it.
  String name() {
    return lower(words.getFirst());
  }

  /// A word of a command's grammar, which servers compare regardless of case.
  static String lower(byte[] word) {
    return new String(word, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  /// A word as servers read a whole number; empty if it is none, or of more than 18 digits.
  static OptionalLong number(byte[] word) {
    String text = new String(word, StandardCharsets.ISO_8859_1);
    return text.matches("0|-?[1-9][0-9]{0,17}")
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  /// Where the quote of the command's name stands; negative if there is none.
  static int beginOfWords(byte[] line) {
    for (int i = 0; i + 2 < line.length; i++) {
      if (line[i] == BEFORE_WORDS[0] && line[i + 1] == BEFORE_WORDS[1] && line[i + 2] == '"') {
        return i + 2;
      }
    }
    return -1;
  }

  /// @return where the word ends, behind its quote; negative if the line ends in it
  private static int word(byte[] line, int quote, ByteArrayOutputStream into)
      throws ProtocolException {
    if (line[quote] != '"') {
      throw new ProtocolException("a line of MONITOR of an unknown form");
    }
    int at = quote + 1;
    while (at < line.length && line[at] != '"') {
      if (line[at] != '\\') {
        into.write(line[at]);
        at++;
        continue;
      }
      int length = at + 1 < line.length && line[at + 1] == 'x' ? 4 : 2;
      if (at + length > line.length) {
        return -1;
      }
      into.write(unescaped(line, at + 1));
      at += length;
    }
    return at < line.length ? at + 1 : -1;
  }

  private static int unescaped(byte[] line, int at) {
    return switch (line[at]) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'a' -> BELL;
      case 'b' -> '\b';
      case 'x' -> 16 * Character.digit(line[at + 1], 16) + Character.digit(line[at + 2], 16);
      default -> line[at];
    };
  }

  /// Whether this is the command by which Drover marks a place in the stream.
  boolean isMark(byte[] mark) {
    return words.size() > 1 && Arrays.equals(words.get(1), mark) && name().equals("ping");
  }

  /// A word as it stands in a line, with its quotes.
  static byte[] quoted(byte[] word) {
    StringBuilder quoted = new StringBuilder("\"");
    for (byte b : word) {
      switch (b) {
        case '\\', '"' -> quoted.append('\\').append((char) b);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case BELL -> quoted.append("\\a");
        case '\b' -> quoted.append("\\b");
        default -> {
          if (b >= ' ' && b <= '~') {
            quoted.append((char) b);
          } else {
            quoted.append("\\x%02x".formatted(b & 0xff));
          }
        }
      }
    }
    return quoted.append('"').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether a line holds these bytes, such as a [#quoted] word.
  static boolean holds(byte[] line, byte[] part) {
    for (int at = 0; at + part.length <= line.length; at++) {
      int i = 0;
      while (i < part.length && line[at + i] == part[i]) {
        i++;
      }
      if (i == part.length) {
        return true;
      }
    }
    return false;
  }

  private static int indexOf(byte[] line, byte b, int from) {
    for (int i = Math.max(0, from); i < line.length; i++) {
      if (line[i] == b) {
        return i;
      }
    }
    return -1;
  }
}
