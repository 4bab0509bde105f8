package dev.drover.opensearch.rewrite;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Paths of URLs. A path is decoded once, and the one for the cluster is built anew from its parts.
/// So a client and the cluster cannot read one path in two ways.
public final class Paths {
  /// How many parts a path has at most. No endpoint has more.
  public static final int SEGMENTS_MAX = 8;

  private static final String HEX = "0123456789ABCDEF";
  private static final String UNRESERVED = "-._~";
  private static final boolean[] PLAIN = new boolean[128];
  private static final int HEX_BASE = 16;

  static {
    for (char each = 0; each < PLAIN.length; each++) {
      PLAIN[each] =
          (each >= 'a' && each <= 'z')
              || (each >= 'A' && each <= 'Z')
              || (each >= '0' && each <= '9')
              || UNRESERVED.indexOf(each) >= 0;
    }
  }

  private Paths() {}

  /// The parts of a path, each decoded.
  ///
  /// @param path what stands before the `?`, as it came
  /// @return no parts for `/`
  public static List<String> decode(String path) throws Refused {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw Refused.argument("a path begins with '/'");
    }
    List<String> parts = new ArrayList<>();
    if (path.length() == 1) {
      return parts;
    }
    int from = 1;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      String part = decoded(path.substring(from, to), false);
      if (part.isEmpty()) {
        throw Refused.argument("the path has an empty part: it holds '//' or ends with '/'");
      }
      if (part.equals(".") || part.equals("..")) {
        throw Refused.argument(
            "the path has the part '" + part + "', which could mean another path");
      }
      if (parts.size() == SEGMENTS_MAX) {
        throw Refused.argument("the path has more than " + SEGMENTS_MAX + " parts");
      }
      parts.add(part);
      from = to + 1;
    }
    return parts;
  }

  /// A path of these parts.
  public static String encode(List<String> parts) {
    StringBuilder path = new StringBuilder();
    for (String part : parts) {
      path.append('/');
      encode(part, path);
    }
    return path.isEmpty() ? "/" : path.toString();
  }

  static void encode(String part, StringBuilder to) {
    if (plain(part)) {
      to.append(part);
      return;
    }
    for (byte each : part.getBytes(StandardCharsets.UTF_8)) {
      char as = (char) (each & 0xFF);
      if (plain(as)) {
        to.append(as);
      } else {
        to.append('%').append(HEX.charAt(as / HEX_BASE)).append(HEX.charAt(as % HEX_BASE));
      }
    }
  }

  /// What stands for itself, in a path and in a query.
  private static boolean plain(char each) {
    return each < PLAIN.length && PLAIN[each];
  }

  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!plain(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// @param plus whether `+` means a space
  static String decoded(String raw, boolean plus) throws Refused {
    if (plain(raw)) {
      return raw;
    }
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char each = raw.charAt(i);
      if (each == '%') {
        bytes[length++] = escaped(raw, i);
        i += 2;
      } else if (each <= ' ' || each >= 0x7F || each == '#' || each == '\\') {
        throw Refused.argument(
            "the URL holds the character U+%04X as it is: it has to be escaped with '%%'"
                .formatted((int) each));
      } else {
        bytes[length++] = (byte) (each == '+' && plus ? ' ' : each);
      }
    }
    return utf8(bytes, length);
  }

  private static byte escaped(String raw, int at) throws Refused {
    boolean escape =
        at + 2 < raw.length()
            && HexFormat.isHexDigit(raw.charAt(at + 1))
            && HexFormat.isHexDigit(raw.charAt(at + 2));
    if (!escape) {
      throw Refused.argument("the URL holds a '%' that is not followed by two hexadecimal digits");
    }
    int value = HexFormat.fromHexDigits(raw, at + 1, at + 3);
    if (value == 0) {
      throw Refused.argument("the URL holds '%00'");
    }
    return (byte) value;
  }

  private static String utf8(byte[] bytes, int length) throws Refused {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refused.argument("what is escaped in the URL is not UTF-8");
    }
  }
}
