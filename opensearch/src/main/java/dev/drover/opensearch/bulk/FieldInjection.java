package dev.drover.opensearch.bulk;

import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.wire.JsonText;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Puts the field that holds the tenant's name into documents, on their way to a shared index that
/// keeps tenants apart by it. A document that has the field already is refused: two values of it
/// could be two tenants'.
///
/// Only as much of the JSON is read as that takes, in pieces of any size. What a cluster could read
/// otherwise than this does (comments, names without quotes, other encodings than UTF-8) is
/// refused.
public final class FieldInjection {
  private static final int UNIT_DIGITS = 4;

  private final String field;
  private final byte[] member;

  /// Where the next byte stands.
  private enum At {
    BEFORE,
    FIRST,
    KEY,
    REST,
    NAME,
    TEXT,
    BEHIND
  }

  private At at = At.BEFORE;

  /// How many objects and arrays are open.
  private int depth;

  private boolean escaped;

  /// How many digits of an escape are still to come.
  private int digits;

  private int unit;

  /// How many of the field's characters the name has begun with; negative if it has begun
  /// otherwise.
  private int same;

  private FieldInjection(String field, String tenant) {
    this.field = field;
    this.member = ("\"" + field + "\":" + quoted(tenant)).getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    return JsonText.quoted(new StringBuilder(), text).toString();
  }

  /// @return empty where documents are kept apart in another way, or not at all
  public static Optional<FieldInjection> of(Documents documents) {
    return documents.locator().field().map(field -> new FieldInjection(field, documents.tenant()));
  }

  /// Another piece of the document.
  ///
  /// @throws Refused if it has the field, or cannot be read
  public void write(byte[] in, int from, int to, ByteBuf out) throws Refused {
    int begin = from;
    for (int i = from; i < to; i++) {
      byte b = in[i];
      switch (at) {
        case TEXT -> text(b);
        case NAME -> name(b);
        case REST -> rest(b);
        case KEY -> key(b);
        case BEFORE -> before(b);
        case FIRST -> {
          if (!JsonText.white(b)) {
            out.writeBytes(in, begin, i - begin).writeBytes(member);
            begin = i;
            first(b, out);
          }
        }
        case BEHIND -> {
          if (!JsonText.white(b)) {
            throw Refused.parsing("something stands behind the end of a document");
          }
        }
      }
    }
    out.writeBytes(in, begin, to - begin);
  }

  /// The document has come as a whole. What comes then is another one.
  ///
  /// @throws Refused if it ends too early
  public void end() throws Refused {
    if (at != At.BEHIND) {
      throw Refused.parsing("a document is no whole JSON object");
    }
    at = At.BEFORE;
  }

  private void before(byte b) throws Refused {
    if (b == '{') {
      at = At.FIRST;
      depth = 1;
    } else if (!JsonText.white(b)) {
      throw Refused.parsing("a document is one JSON object, in UTF-8");
    }
  }

  private void first(byte b, ByteBuf out) throws Refused {
    at = At.KEY;
    if (b == '}') {
      at = At.BEHIND;
    } else {
      out.writeByte(',');
      key(b);
    }
  }

  /// A name of the document itself is expected.
  private void key(byte b) throws Refused {
    if (b == '"') {
      at = At.NAME;
      same = 0;
    } else if (!JsonText.white(b)) {
      throw Refused.parsing("the name of a field of a document stands in no quotes");
    }
  }

  private void rest(byte b) throws Refused {
    switch (b) {
      case '"' -> at = At.TEXT;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        depth--;
        at = depth == 0 ? At.BEHIND : At.REST;
      }
      case ',' -> at = depth == 1 ? At.KEY : At.REST;
      case '/', '#', '\'' ->
          throw Refused.parsing("a document holds a comment, or a text in single quotes");
      default -> {}
    }
  }

  private void text(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      at = At.REST;
    }
  }

  private void name(byte b) throws Refused {
    if (digits > 0) {
      unit = unit * 16 + Character.digit(b, 16);
      digits--;
      if (digits == 0) {
        compare((char) unit);
      }
    } else if (escaped) {
      escaped = false;
      if (b == 'u') {
        digits = UNIT_DIGITS;
        unit = 0;
      } else {
        compare((char) 0);
      }
    } else if (b == '\\') {
      escaped = true;
    } else if (b == '"') {
      at = At.REST;
      if (same == field.length()) {
        throw Refused.ownField(field);
      }
    } else {
      compare((char) b);
    }
  }

  /// The next character of a name.
  private void compare(char c) throws Refused {
    if (same == field.length() && c == '.') {
      // The cluster takes `field.` for the same one.
      throw Refused.ownField(field);
    }
    same = same >= 0 && same < field.length() && field.charAt(same) == c ? same + 1 : -1;
  }
}
