package dev.drover.app.client;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A value of JSON, read without a mapper: a command that runs for half a second has no time to
/// load one. What is absent reads as empty, zero or false.
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final @Nullable Object value;

  private Json(@Nullable Object value) {
    this.value = value;
  }

  /// @throws ApiException if it is not JSON
  public static Json parse(byte[] bytes) throws ApiException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      parser.nextToken();
      return new Json(read(parser));
    } catch (JacksonException e) {
      throw new ApiException(502, "the server's answer is not JSON: is it a drover server?", e);
    }
  }

  private static @Nullable Object read(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        map.put(name, read(parser));
      }
      return map;
    }
    if (token == JsonToken.START_ARRAY) {
      List<@Nullable Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(read(parser));
      }
      return list;
    }
    if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
      return token == JsonToken.VALUE_NUMBER_INT
          ? (Object) parser.getLongValue()
          : (Object) parser.getDoubleValue();
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    return token == JsonToken.VALUE_NULL ? null : parser.getString();
  }

  /// Writes maps, lists, texts, numbers and flags as JSON.
  public static String write(Map<String, ?> map) {
    java.io.StringWriter text = new java.io.StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(generator, map);
    }
    return text.toString();
  }

  private static void write(JsonGenerator to, @Nullable Object value) {
    switch (value) {
      case null -> to.writeNull();
      case Map<?, ?> map -> {
        to.writeStartObject();
        map.forEach(
            (key, each) -> {
              to.writeName(String.valueOf(key));
              write(to, each);
            });
        to.writeEndObject();
      }
      case Iterable<?> list -> {
        to.writeStartArray();
        list.forEach(each -> write(to, each));
        to.writeEndArray();
      }
      case Json json -> write(to, json.value);
      case Boolean flag -> to.writeBoolean(flag);
      case Integer number -> to.writeNumber(number);
      case Long number -> to.writeNumber(number);
      case Double number -> to.writeNumber(number);
      default -> to.writeString(value.toString());
    }
  }

  private @Nullable Object at(String key) {
    return value instanceof Map<?, ?> map ? map.get(key) : null;
  }

  public Json get(String key) {
    return new Json(at(key));
  }

  public boolean has(String key) {
    return at(key) != null;
  }

  public String text(String key) {
    Object found = at(key);
    return found == null ? "" : found.toString();
  }

  public long number(String key) {
    return at(key) instanceof Number number ? number.longValue() : 0;
  }

  /// A moment, in milliseconds since the Unix epoch; 0 if it is absent or none.
  public long millis(String key) {
    try {
      return Instant.parse(text(key)).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  public double real(String key) {
    return at(key) instanceof Number number ? number.doubleValue() : 0;
  }

  public boolean flag(String key) {
    return Boolean.TRUE.equals(at(key));
  }

  /// The items of this list.
  public List<Json> items() {
    return value instanceof List<?> list ? list.stream().<Json>map(Json::new).toList() : List.of();
  }

  public List<Json> items(String key) {
    return get(key).items();
  }

  /// The items of a list of texts.
  public List<String> texts(String key) {
    return items(key).stream().map(Json::toString).toList();
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
