package dev.drover.control;

import dev.drover.control.ControlException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/// Reads what strangers send as the body of a request: one flat JSON object, each field known, of
/// its type, and there once. What is wrong is said by its field.
final class MoveBodies {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> TEXTS = Set.of("partition", "to");
  private static final Set<String> NUMBERS =
      Set.of("budgetMillis", "itemsPerSecondMax", "bytesPerSecondMax");
  private static final Set<String> FLAGS = Set.of("dryRun", "overwrite", "keepSource", "takeover");
  private static final List<String> FIELDS =
      List.of(
          "partition",
          "to",
          "dryRun",
          "budgetMillis",
          "itemsPerSecondMax",
          "bytesPerSecondMax",
          "overwrite",
          "keepSource",
          "takeover");

  private static final int SHOWN_CHARS_MAX = 100;

  private MoveBodies() {}

  /// The body of `POST /v1/moves`.
  ///
  /// @throws ControlException BAD_REQUEST, with the field and the reason
  static MoveBody move(byte[] bytes) throws ControlException {
    Map<String, Object> values = read(bytes, true);
    return new MoveBody(
        (String) values.get("partition"),
        (String) values.get("to"),
        (Boolean) values.get("dryRun"),
        (Long) values.get("budgetMillis"),
        new MoveBody.Rates(
            (Long) values.get("itemsPerSecondMax"), (Long) values.get("bytesPerSecondMax")),
        (Boolean) values.get("overwrite"),
        (Boolean) values.get("keepSource"),
        (Boolean) values.get("takeover"));
  }

  /// A body that says nothing: absent, or an empty object.
  static void nothing(byte[] bytes) throws ControlException {
    if (bytes.length > 0) {
      read(bytes, false);
    }
  }

  private static Map<String, Object> read(byte[] bytes, boolean fields) throws ControlException {
    try (JsonParser in = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      try {
        return values(in, fields);
      } catch (StreamConstraintsException e) {
        throw refused(field(in), "is longer or deeper than this server reads");
      } catch (JacksonException e) {
        TokenStreamLocation at = in.currentLocation();
        throw refused(
            field(in),
            "is not JSON (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr()));
      }
    }
  }

  /// What is being read.
  private static String field(JsonParser in) {
    String name = in.streamReadContext().currentName();
    return name == null || !FIELDS.contains(name) ? "the body" : named(name);
  }

  private static Map<String, Object> values(JsonParser in, boolean fields) throws ControlException {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw refused("the body", "is " + kind(in.currentToken()) + ", and not a JSON object");
    }
    Map<String, Object> values = new HashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String field = known(in.currentName(), fields);
      in.nextToken();
      if (values.put(field, value(in, field)) != null) {
        throw refused(named(field), "stands there twice");
      }
    }
    if (in.nextToken() != null) {
      throw refused("the body", "goes on after its object");
    }
    return values;
  }

  private static String known(@Nullable String name, boolean fields) throws ControlException {
    if (name != null && fields && FIELDS.contains(name)) {
      return name;
    }
    String shown = String.valueOf(name);
    throw refused(
        named(shown.substring(0, Math.min(shown.length(), SHOWN_CHARS_MAX))),
        "is unknown; "
            + (fields ? "known are " + String.join(", ", FIELDS) : "none is known here"));
  }

  private static Object value(JsonParser in, String field) throws ControlException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      throw refused(named(field), "is null; leave it out for its default");
    }
    if (TEXTS.contains(field)) {
      if (token != JsonToken.VALUE_STRING) {
        throw refused(named(field), "is " + kind(token) + ", and not a text");
      }
      return in.getString();
    }
    if (FLAGS.contains(field)) {
      if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
        throw refused(named(field), "is " + kind(token) + ", and neither true nor false");
      }
      return token == JsonToken.VALUE_TRUE;
    }
    if (!NUMBERS.contains(field) || token != JsonToken.VALUE_NUMBER_INT) {
      throw refused(named(field), "is " + kind(token) + ", and not a whole number");
    }
    JsonParser.NumberType type = in.getNumberType();
    if (type != JsonParser.NumberType.INT && type != JsonParser.NumberType.LONG) {
      throw refused(named(field), "is a number that is too large");
    }
    return in.getLongValue();
  }

  private static String kind(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      case null -> "empty";
      default -> "something else";
    };
  }

  private static String named(String field) {
    return "'" + field + "'";
  }

  /// How a field of a body is refused.
  static ControlException refused(String what, String why) {
    return new ControlException(Kind.BAD_REQUEST, what + " " + why + "; nothing was done");
  }
}
