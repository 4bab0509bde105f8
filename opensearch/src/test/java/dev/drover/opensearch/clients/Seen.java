package dev.drover.opensearch.clients;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client has seen in one step of a script.
///
/// @param status of HTTP, or the name of the client's own error
record Seen(String step, String status, JsonNode body) {
  /// What no two requests have in common.
  private static final Set<String> CHANCE = Set.of("took", "index_uuid", "_scroll_id", "pit_id");

  /// What counts other tenants' writes at a shared index too.
  private static final Set<String> SHARED = Set.of("_seq_no", "_score", "max_score");

  /// What is not shown there, or is not so there.
  private static final Set<String> NOT_SHARED = Set.of("field_statistics", "terminated_early");

  private static final String SOME = "some";

  /// One that was made for a document without an id.
  private static final Pattern AUTO_ID = Pattern.compile("[A-Za-z0-9_-]{20}");

  static Seen of(String line) {
    JsonNode json = JsonMapper.shared().readTree(line);
    return new Seen(
        json.path("step").asString(), json.path("status").asString(), json.path("body"));
  }

  /// The same without what may differ.
  ///
  /// @param shared whether one of those that are compared is at a shared index
  Seen comparable(boolean shared) {
    return new Seen(step, status, without(body, shared));
  }

  private JsonNode without(JsonNode json, boolean shared) {
    if (json.isArray()) {
      ArrayNode array = JsonMapper.shared().createArrayNode();
      json.forEach(each -> array.add(without(each, shared)));
      return array;
    }
    if (shared && json.isString()) {
      String text = json.asString().replaceAll("(seqNo|primary term) \\[\\d+]", "$1");
      return JsonMapper.shared().valueToTree(text);
    }
    if (!json.isObject()) {
      return json;
    }
    ObjectNode object = JsonMapper.shared().createObjectNode();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      String key = each.getKey();
      if (shared && NOT_SHARED.contains(key)) {
        continue;
      }
      boolean differs =
          CHANCE.contains(key)
              || (shared && SHARED.contains(key))
              || (key.equals("_id") && AUTO_ID.matcher(each.getValue().asString("")).matches());
      object.set(
          key,
          differs && !each.getValue().isNull()
              ? JsonMapper.shared().valueToTree(SOME)
              : without(each.getValue(), shared));
    }
    return object;
  }
}
