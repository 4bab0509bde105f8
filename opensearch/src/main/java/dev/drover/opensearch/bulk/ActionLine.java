package dev.drover.opensearch.bulk;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.wire.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The first line of an item of a `_bulk` body: `{"index":{"_index":"orders","_id":"1"}}`. Stricter
/// than OpenSearch: one action on a line, no key twice, nothing but texts, numbers, `true`, `false`
/// and `null` (and `_source` of an update).
///
/// @param action `index`, `create`, `update` or `delete`
/// @param members in their order; a text has been unescaped
public record ActionLine(String action, Map<String, Value> members) {
  /// @param text of a text what it says, else how it is written
  /// @param quoted whether it is a text
  public record Value(String text, boolean quoted) {}

  /// What a key says; empty if it is not there, or null.
  Optional<String> said(String key) {
    return Optional.ofNullable(members.get(key))
        .filter(value -> value.quoted() || !value.text().equals("null"))
        .map(Value::text);
  }

  /// @param line without its end
  /// @throws Refused if it is none
  public static ActionLine parse(byte[] line, int from, int to) throws Refused {
    return new Scanner(line, from, to).action();
  }

  /// Reads JSON as small as this.
  private static final class Scanner {
    private static final int MEMBERS_MAX = 16;

    private final byte[] in;
    private final int end;
    private int at;

    Scanner(byte[] in, int from, int to) {
      this.in = in;
      this.at = from;
      this.end = to;
    }

    ActionLine action() throws Refused {
      expect('{');
      String action = text();
      expect(':');
      expect('{');
      Map<String, Value> members = new LinkedHashMap<>();
      if (peek() != '}') {
        do {
          String key = text();
          expect(':');
          if (members.put(key, value(key)) != null) {
            throw malformed("the key [" + key + "] stands twice");
          }
          if (members.size() > MEMBERS_MAX) {
            throw malformed("it has too many keys");
          }
        } while (comma());
      }
      expect('}');
      if (peek() == ',') {
        throw malformed("it has more than one action");
      }
      expect('}');
      white();
      if (at != end) {
        throw malformed("it goes on behind its end");
      }
      return new ActionLine(action, members);
    }

    private boolean comma() {
      boolean more = peek() == ',';
      if (more) {
        at++;
      }
      return more;
    }

    private void white() {
      while (at < end && (in[at] == ' ' || in[at] == '\t' || in[at] == '\r')) {
        at++;
      }
    }

    private int peek() {
      white();
      return at < end ? in[at] : -1;
    }

    private void expect(char c) throws Refused {
      if (peek() != c) {
        throw malformed("expected '" + c + "'");
      }
      at++;
    }

    private Value value(String key) throws Refused {
      int first = peek();
      if (first == '"') {
        return new Value(text(), true);
      }
      if (first == '{' || first == '[') {
        throw malformed("the value of [" + key + "] is neither a text nor a number");
      }
      int begin = at;
      while (at < end && in[at] != ',' && in[at] != '}' && in[at] > ' ') {
        at++;
      }
      String word = new String(in, begin, at - begin, StandardCharsets.ISO_8859_1);
      if (!word.matches("true|false|null|-?[0-9]{1,20}")) {
        throw malformed("the value of [" + key + "] is neither a text nor a whole number");
      }
      return new Value(word, false);
    }

    private String text() throws Refused {
      expect('"');
      int begin = at;
      boolean escapes = false;
      while (at < end && in[at] != '"') {
        if (in[at] == '\\') {
          escapes = true;
          at++;
        } else if (in[at] >= 0 && in[at] < ' ') {
          throw malformed("a text holds a control character");
        }
        at++;
      }
      if (at >= end) {
        throw malformed("a text has no end");
      }
      String raw = utf8(begin, at - begin);
      at++;
      return escapes ? unescaped(raw) : raw;
    }

    private String utf8(int begin, int length) throws Refused {
      boolean ascii = true;
      for (int i = begin; i < begin + length; i++) {
        ascii &= in[i] >= 0;
      }
      if (ascii) {
        return new String(in, begin, length, StandardCharsets.ISO_8859_1);
      }
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(in, begin, length))
            .toString();
      } catch (CharacterCodingException e) {
        throw malformed("it is not UTF-8");
      }
    }

    private String unescaped(String raw) throws Refused {
      String text;
      try {
        text = JsonText.unescaped(raw);
      } catch (IllegalArgumentException e) {
        throw malformed(String.valueOf(e.getMessage()));
      }
      requirePairs(text);
      return text;
    }

    /// Half a character would become another one on its way, and two ids the same.
    private void requirePairs(String text) throws Refused {
      boolean halves =
          text.codePoints()
              .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
      if (halves) {
        throw malformed("a text holds half a character");
      }
    }

    private Refused malformed(String why) {
      return Refused.argument("Malformed action/metadata line: " + why);
    }
  }
}
