package dev.drover.opensearch.answer;

import java.util.HexFormat;

/// Text between the quotes of a JSON string (RFC 8259, section 7).
final class JsonText {
  private JsonText() {}

  /// @throws BadAnswer if an escape is none
  static String unescaped(String json) throws BadAnswer {
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
        default -> throw new BadAnswer("a home's answer has an escape that is none");
      }
      next = json.indexOf('\\', from);
    }
    return text.append(json, from, json.length()).toString();
  }

  private static char unit(String json, int from) throws BadAnswer {
    if (from + 4 > json.length()) {
      throw new BadAnswer("a home's answer has an escape that is none");
    }
    try {
      return (char) HexFormat.fromHexDigits(json, from, from + 4);
    } catch (IllegalArgumentException e) {
      throw new BadAnswer("a home's answer has an escape that is none");
    }
  }

  static String escaped(String text) {
    boolean plain = text.chars().allMatch(c -> c >= ' ' && c != '"' && c != '\\');
    if (plain) {
      return text;
    }
    StringBuilder json = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> json.append('\\').append(c);
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.toString();
  }
}
