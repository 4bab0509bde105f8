package dev.drover.store.records;

import dev.drover.core.Hlc;
import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.core.Placement;
import dev.drover.core.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// One JSON object of a record, from which parts are taken by name, in any order. What nobody has
/// taken in the end is of a newer version. Anything that is missing or of another kind is an
/// `IllegalArgumentException`.
///
/// The mapper would do, but its reading costs 1.7 times as much warm, 2.6 times with the first
/// compiler only, and a hold reads seven records (docs/decisions/0091).
final class Fields {
  private static final String FORMAT = "format";

  private final String of;
  private final Map<String, Object> values;

  private Fields(String of, Map<String, Object> values) {
    this.of = of;
    this.values = values;
  }

  /// All of a document.
  ///
  /// @param of what it is, for messages
  static Fields read(JsonParser in, String of) {
    if (in.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("it is not a JSON object");
    }
    Fields fields = new Fields(of, object(in));
    JsonToken more = in.nextToken();
    if (more != null) {
      throw new IllegalArgumentException("it goes on with " + more);
    }
    return fields;
  }

  private static Map<String, Object> object(JsonParser in) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name = in.nextName(); name != null; name = in.nextName()) {
      if (values.put(name, value(in, in.nextToken())) != null) {
        throw new IllegalArgumentException("'" + name + "' stands there twice");
      }
    }
    return values;
  }

  private static Object value(JsonParser in, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> in.getString();
      case VALUE_NUMBER_INT -> in.getNumberValue();
      case VALUE_NUMBER_FLOAT -> in.getDecimalValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case START_OBJECT -> object(in);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
          list.add(value(in, next));
        }
        yield list;
      }
      default -> throw new IllegalArgumentException(token + " has no place in a record");
    };
  }

  /// @throws TooNewException if a record's format is newer than `newest`
  void format(int newest) {
    long format = has(FORMAT) ? number(FORMAT) : 1;
    if (format > newest) {
      throw new TooNewException("it has format %d".formatted(format));
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name) {
    return take(name, String.class, "a text");
  }

  long number(String name) {
    Number number = take(name, Number.class, "a whole number");
    if (number instanceof Integer || number instanceof Long) {
      return number.longValue();
    }
    throw new IllegalArgumentException(
        "'" + name + "' of " + of + " is no whole number: " + number);
  }

  int count(String name) {
    return Math.toIntExact(number(name));
  }

  boolean flag(String name) {
    return take(name, Boolean.class, "true or false");
  }

  Duration duration(String name) {
    return Duration.parse(text(name));
  }

  Hlc stamp(String name) {
    return Hlc.parse(text(name));
  }

  Placement placement(String name) {
    return object(name, at -> new Placement(new HomeId(at.text("home")), at.text("locator")));
  }

  MoveId moveId(String name) {
    return new MoveId(text(name));
  }

  /// A part that newer versions do not add to.
  <T> T object(String name, Function<Fields, T> reader) {
    Fields part = part(name);
    T value = reader.apply(part);
    part.end();
    return value;
  }

  /// A part whose reader sees to what is left itself.
  Fields part(String name) {
    return new Fields("'" + name + "'", map(take(name, Map.class, "an object")));
  }

  <T> List<T> objects(String name, Function<Fields, T> reader) {
    List<T> all = new ArrayList<>();
    for (Object each : take(name, List.class, "a list")) {
      if (!(each instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException("'" + name + "' of " + of + " holds " + each);
      }
      Fields part = new Fields("'" + name + "'", map(map));
      all.add(reader.apply(part));
      part.end();
    }
    return all;
  }

  List<String> texts(String name) {
    List<String> all = new ArrayList<>();
    for (Object each : take(name, List.class, "a list")) {
      if (!(each instanceof String text)) {
        throw new IllegalArgumentException("'" + name + "' of " + of + " holds " + each);
      }
      all.add(text);
    }
    return all;
  }

  /// What is there as text, if it is text.
  Optional<String> textIfAny(String name) {
    return values.get(name) instanceof String ? Optional.of(text(name)) : Optional.empty();
  }

  /// What has not been taken, and now is.
  Unknown unknown() {
    if (values.isEmpty()) {
      return Unknown.NOTHING;
    }
    Map<String, String> left = new TreeMap<>();
    values.forEach((name, value) -> left.put(name, Records.json().writeValueAsString(value)));
    values.clear();
    return new Unknown(left);
  }

  /// @throws TooNewException if something has not been taken
  void end() {
    if (!values.isEmpty()) {
      throw new TooNewException("%s has %s".formatted(of, new TreeSet<>(values.keySet())));
    }
  }

  private <T> T take(String name, Class<T> kind, String words) {
    Object value = values.remove(name);
    if (!kind.isInstance(value)) {
      throw new IllegalArgumentException(
          "'%s' of %s should be %s, but is %s".formatted(name, of, words, value));
    }
    return kind.cast(value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<?, ?> parsed) {
    return (Map<String, Object>) parsed;
  }

  /// A record has what this version does not know and may not ignore.
  static final class TooNewException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    TooNewException(String what) {
      super(what);
    }
  }
}
