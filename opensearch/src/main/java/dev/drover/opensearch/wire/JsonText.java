package dev.drover.opensearch.wire;

import java.util.HexFormat;
import tools.jackson.core.io.JsonStringEncoder;

/// Text between the quotes of a JSON string (RFC 8259, section 7), where a whole parser would be
/// too slow.
public final class JsonText {
  private JsonText() {}

  /// Whether it may stand between tokens, and means nothing (RFC 8259, section 2).
  public static boolean white(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /// @throws IllegalArgumentException if an escape is none
  public static String unescaped(String json) {
    int next = json.indexOf('\\');
    if (next < 0) {
      return json;
    }
    StringBuilder text = new StringBuilder(json.length());
    int from = 0;
    while (next >= 0) {
      text.append(json, from, next);
      char kind = next + 1 < json.length() ? json.charAt(next + 1) : ' ';
      from = next + 2;
      switch (kind) {
        case '"', '\\', '/' -> text.append(kind);
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'u' -> {
          text.append(unit(json, from));
          from += 4;
        }
        default -> throw none();
      }
      next = json.indexOf('\\', from);
    }
    return text.append(json, from, json.length()).toString();
  }

  /// The beginning of such a text, without an escape that is not there as a whole.
  public static String cut(String json) {
    int escape = json.indexOf('\\');
    int from = 0;
    while (escape >= 0) {
      boolean unit = escape + 1 < json.length() && json.charAt(escape + 1) == 'u';
      from = escape + (unit ? 6 : 2);
      if (from > json.length()) {
        return json.substring(0, escape);
      }
      escape = json.indexOf('\\', from);
    }
    return json;
  }

  private static char unit(String json, int from) {
    try {
      return (char) HexFormat.fromHexDigits(json, from, from + 4);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw none();
    }
  }

  private static IllegalArgumentException none() {
    return new IllegalArgumentException("a text holds an escape that is none");
  }

  /// What stands between the quotes.
  public static String escaped(String text) {
    return plain(text) ? text : escaped(new StringBuilder(text.length() + 16), text).toString();
  }

  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /// The text with its quotes.
  public static StringBuilder quoted(StringBuilder out, String text) {
    return escaped(out.append('"'), text).append('"');
  }

  private static StringBuilder escaped(StringBuilder out, String text) {
    if (plain(text)) {
      return out.append(text);
    }
    JsonStringEncoder.getInstance().quoteAsString(text, out);
    return out;
  }
}
