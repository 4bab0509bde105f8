package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// One pass over a body: tokens are read, checked and written. What no [Rule] has seen is not
/// written.
final class Walk {
  private static final int WRAPPERS_MAX = 3;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final RequestView view;
  private JsonGenerator to;
  private JsonParser from;
  private int wrappers;
  private boolean nested;

  private Walk(RequestView view, JsonParser from, JsonGenerator to) {
    this.view = view;
    this.from = from;
    this.to = to;
  }

  /// What the rule makes of the body.
  ///
  /// @throws Refused for whatever is wrong with it. Nothing else is thrown
  static byte[] over(byte[] body, RequestView view, Rule rule) throws Refused {
    return over(body, 0, body.length, view, rule);
  }

  static byte[] over(byte[] body, int start, int length, RequestView view, Rule rule)
      throws Refused {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 256);
    try (JsonParser from = Json.parser(body, start, length);
        JsonGenerator to = Json.generator(out)) {
      Walk walk = new Walk(view, from, to);
      if (from.nextToken() == null) {
        throw Refused.parsing("the body is empty: send one JSON object");
      }
      rule.walk(walk);
      if (from.nextToken() != null) {
        throw Refused.parsing("something stands behind the end of the body's JSON");
      }
    } catch (JacksonException e) {
      throw Refused.parsing("the body is no JSON that can be read: " + e.getOriginalMessage());
    }
    return out.toByteArray();
  }

  /// Whether what stands here is asked of nested documents, which have no routing.
  boolean nested() {
    return nested;
  }

  /// Lets the rule walk over what is asked of nested documents.
  void nested(Rule rule) throws Refused {
    boolean outer = nested;
    nested = true;
    rule.walk(this);
    nested = outer;
  }

  RequestView view() {
    return view;
  }

  boolean shared() {
    return view.shared();
  }

  /// The field by which the tenant's documents are found at a shared index, if that is one of the
  /// documents themselves.
  Optional<String> ownField() {
    return view.documents().locator().field();
  }

  Locator.Kind kind() {
    return view.kind();
  }

  JsonGenerator to() {
    return to;
  }

  JsonToken token() {
    return from.currentToken();
  }

  JsonToken next() {
    return from.nextToken();
  }

  /// The key at or before which the walk stands.
  String name() {
    return from.currentName();
  }

  /// A scalar's text.
  String text() {
    return from.getString();
  }

  /// A scalar's text, of what is no `null`.
  String string() throws Refused {
    if (!scalar() || token() == JsonToken.VALUE_NULL) {
      throw wrong("expected a text");
    }
    return text();
  }

  /// A whole number that is not negative.
  long number() throws Refused {
    String text = string();
    if (!NUMBER.matcher(text).matches()) {
      throw wrong("expected a whole number, but found [" + text + "]");
    }
    return Long.parseLong(text);
  }

  /// What the rule makes of the value that stands here. It is not written into the body.
  byte[] apart(Rule rule) throws Refused {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonGenerator body = to;
    try (JsonGenerator part = Json.generator(out)) {
      to = part;
      rule.walk(this);
    } finally {
      to = body;
    }
    return out.toByteArray();
  }

  boolean scalar() {
    return from.currentToken().isScalarValue();
  }

  /// Where the walk stands, for messages: as `/query/bool/must/0`.
  String where() {
    String pointer = from.streamReadContext().pathAsPointer().toString();
    return pointer.isEmpty() ? "/" : pointer;
  }

  /// A message about what stands here.
  Refused wrong(String what) {
    return Refused.parsing(what + ", at " + where());
  }

  void require(JsonToken token, String what) throws Refused {
    if (from.currentToken() != token) {
      throw wrong("expected " + what);
    }
  }

  /// Writes the value as it is.
  void copy() {
    int depth = 0;
    while (true) {
      JsonToken token = from.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      copyToken();
      if (depth == 0) {
        return;
      }
      from.nextToken();
    }
  }

  void copyToken() {
    if (from.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      // As it was written: it may be more exact than a double.
      to.writeNumber(from.getString());
    } else {
      to.copyCurrentEvent(from);
    }
  }

  /// Reads the value away.
  void skip() {
    from.skipChildren();
  }

  /// @throws Refused if a field that this tenant's placement hides is named
  void checkField(String field) throws Refused {
    boolean hidden =
        shared()
            ? Metadata.hidden(field, ownField())
            : !field.equals("*")
                && Metadata.matches(field, Metadata.INDEX)
                && view.documents().locator().passed().isEmpty();
    if (hidden) {
      throw Metadata.refusal(field, where(), shared());
    }
  }

  /// As [#checkField], where `*` would find the hidden fields too.
  void checkFieldOrAll(String field) throws Refused {
    if (field.equals("*")) {
      throw Metadata.refusal(field, where(), shared());
    }
    checkField(field);
  }

  /// The routing of the tenant's documents, if they have one, as a member of an object.
  void writeRouting() {
    view.documents().routing().ifPresent(all -> to.writeStringProperty("routing", all));
  }

  /// The filter that only the tenant's documents pass.
  void writeFilter() {
    to.writeStartObject();
    to.writeObjectPropertyStart("term");
    to.writeStringProperty(view.documents().filteredBy(), view.documents().tenant());
    to.writeEndObject();
    to.writeEndObject();
  }

  /// Writes the id that stands here as the home calls the document.
  void writeId() throws Refused {
    if (!scalar() || token() == JsonToken.VALUE_NULL) {
      throw wrong("expected a document's id");
    }
    to.writeString(view.idAtHome(text()));
  }

  /// Writes the index that stands here as the home calls it.
  void writeIndex() throws Refused {
    require(JsonToken.VALUE_STRING, "the name of one index");
    to.writeString(view.physical(text()));
  }

  /// Lets the rule walk over a query that stands here in base64.
  void unwrap(Rule rule) throws Refused {
    require(JsonToken.VALUE_STRING, "a query in base64");
    if (++wrappers > WRAPPERS_MAX) {
      throw wrong("a [wrapper] query holds another one too often");
    }
    byte[] inner;
    try {
      inner = Base64.getDecoder().decode(text().getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw wrong("the [wrapper] query is not in base64");
    }
    inner(inner, rule);
    wrappers--;
  }

  /// Lets the rule walk over other JSON, of which it writes what belongs here.
  void inner(byte[] json, Rule rule) throws Refused {
    JsonParser outer = from;
    @Nullable JsonToken after;
    try (JsonParser parser = Json.parser(json)) {
      from = parser;
      if (parser.nextToken() == null) {
        throw wrong("the query inside is empty");
      }
      rule.walk(this);
      after = parser.nextToken();
    } finally {
      from = outer;
    }
    if (after != null) {
      throw wrong("something stands behind the query inside");
    }
  }
}
