package dev.drover.opensearch.rewrite;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/// The query that a URL's parameters are: `q` and those that go with it.
public final class UrlQuery {
  private static final List<String> REST = List.of("analyzer", "default_operator");
  private static final List<String> FLAGS = List.of("analyze_wildcard", "lenient");

  private UrlQuery() {}

  /// A `query_string` query. It is not checked here, but with the body that it becomes a part of.
  ///
  /// @param parameters those that are [Decision#HANDLED]
  /// @return empty if there is no `q`. The others mean nothing without it
  public static Optional<byte[]> of(Map<String, String> parameters) throws Refused {
    String q = parameters.get("q");
    if (q == null) {
      return Optional.empty();
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator to = Json.generator(out)) {
      to.writeStartObject();
      to.writeObjectPropertyStart("query_string");
      to.writeStringProperty("query", q);
      if (parameters.containsKey("df")) {
        to.writeStringProperty("default_field", parameters.get("df"));
      }
      for (String name : REST) {
        if (parameters.containsKey(name)) {
          to.writeStringProperty(name, parameters.get(name));
        }
      }
      for (String name : FLAGS) {
        if (parameters.containsKey(name)) {
          to.writeBooleanProperty(name, flag(name, parameters.get(name)));
        }
      }
      to.writeEndObject();
      to.writeEndObject();
    }
    return Optional.of(out.toByteArray());
  }

  private static boolean flag(String name, String value) throws Refused {
    return switch (value) {
      case "", "true" -> true;
      case "false" -> false;
      default ->
          throw Refused.argument(
              "Failed to parse value [%s] of [%s] as only [true] or [false] are allowed."
                  .formatted(value, name));
    };
  }
}
