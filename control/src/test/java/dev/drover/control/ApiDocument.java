package dev.drover.control;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The document of the API, and what is wrong with an answer by it.
final class ApiDocument {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private static final Pattern MOMENT =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z");
  private static final Pattern NO_UNIT =
      Pattern.compile("(Nanos|Seconds|Minutes|Hours|Time|Since|Until)$");

  private final JsonNode document;
  private final JsonNode strict;
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  ApiDocument(String text) {
    document = JSON.readTree(text);
    strict = JSON.readTree(text);
    close(strict);
  }

  /// Later versions may add properties, but this one has none that the document does not name.
  private static void close(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    node.forEach(ApiDocument::close);
  }

  JsonNode json() {
    return document;
  }

  /// Each as `METHOD /path`.
  Set<String> operations() {
    Set<String> all = new TreeSet<>();
    document
        .path("paths")
        .forEachEntry(
            (path, methods) ->
                methods
                    .propertyNames()
                    .forEach(each -> all.add(each.toUpperCase(Locale.ROOT) + " " + path)));
    return all;
  }

  private JsonNode operation(String operation) {
    String[] parts = operation.split(" ", 2);
    return strict.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
  }

  Set<Integer> statuses(String operation) {
    Set<Integer> all = new TreeSet<>();
    operation(operation)
        .path("responses")
        .propertyNames()
        .forEach(each -> all.add(Integer.parseInt(each)));
    return all;
  }

  /// What is wrong with an answer; empty if nothing is.
  List<String> judge(String operation, int status, String type, String body) {
    JsonNode response = operation(operation).path("responses").path(Integer.toString(status));
    if (response.has("$ref")) {
      response = strict.at(response.path("$ref").asString().substring(1));
    }
    if (response.isMissingNode()) {
      return List.of("status " + status + " is not in the document");
    }
    String bare = type.split(";", 2)[0];
    JsonNode content = response.path("content").path(bare);
    if (content.isMissingNode()) {
      return List.of("content type " + bare + " is not in the document");
    }
    JsonNode value = bare.endsWith("json") ? JSON.readTree(body) : JSON.valueToTree(body);
    return judge(content.path("schema"), value);
  }

  /// What is wrong with a value by the schema of this name.
  List<String> judge(String schema, String value) {
    ObjectNode named = JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema);
    return judge(named, JSON.readTree(value));
  }

  private List<String> judge(JsonNode schema, JsonNode value) {
    ObjectNode whole = JSON.createObjectNode().put("$schema", DIALECT);
    schema.forEachEntry(whole::set);
    whole.set("components", strict.path("components"));
    Schema compiled = schemas.getSchema(whole);
    return compiled.validate(value).stream().map(Object::toString).toList();
  }

  /// Where an answer is not of the form that [ApiJson] promises; empty if it is.
  static List<String> form(String body) {
    List<String> problems = new ArrayList<>();
    form("", JSON.readTree(body), problems);
    return problems;
  }

  private static void form(String name, JsonNode value, List<String> problems) {
    if (value.isNull() || (value.isNumber() && value.asDouble() < 0)) {
      problems.add("'" + name + "' is " + value + ", and not absent");
    }
    if (name.endsWith("At") != (value.isString() && MOMENT.matcher(value.asString()).matches())) {
      problems.add("'" + name + "' is " + value + ": moments, and they alone, end in At");
    }
    if (NO_UNIT.matcher(name).find()
        || (name.endsWith("Micros") && !name.equals("writesHeldMicros"))) {
      problems.add("'" + name + "' is in another unit than milliseconds");
    }
    value.forEachEntry(
        (property, each) -> {
          if (each.isString() && each.asString().isEmpty()) {
            problems.add("'" + property + "' is an empty text, and not absent");
          }
          form(property, each, problems);
        });
    if (value.isArray()) {
      value.forEach(each -> form("", each, problems));
    }
  }
}
