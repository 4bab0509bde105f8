package dev.drover.opensearch.rewrite;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Compares an answer of a shared index with that of an index that holds the tenant's documents
/// alone.
final class Oracle {
  /// What differs between two indices with the same documents, whoever asks.
  private static final Set<String> OF_THE_INDEX =
      Set.of(
          "_score",
          "max_score",
          "_index",
          "_seq_no",
          "_primary_term",
          "_version",
          "took",
          "score",
          "terminated_early");

  /// What answers are shown without.
  private static final Set<String> KEPT_FROM_CLIENTS = Set.of("_routing", "tenant");

  private static final double CLOSE = 1e-6;

  private Oracle() {}

  /// What of other tenants an answer shows.
  static Optional<String> foreign(JsonNode answer, String tenant) {
    if (answer.toString().contains("beta")) {
      return Optional.of("it holds a word of the other tenant");
    }
    for (JsonNode id : answer.findValues("_id")) {
      if (!id.asString().startsWith(tenant + ":")) {
        return Optional.of("it has the document " + id);
      }
    }
    return Optional.empty();
  }

  /// Where the answers differ.
  static Optional<String> difference(JsonNode shared, JsonNode alone, boolean sorted) {
    JsonNode one = normal(shared, "", sorted);
    JsonNode other = normal(alone, "", sorted);
    return differ(one, other, "");
  }

  private static JsonNode normal(JsonNode node, String array, boolean sorted) {
    if (node.isArray()) {
      ArrayNode out = JsonNodeFactory.instance.arrayNode();
      List<JsonNode> all = new ArrayList<>();
      node.forEach(each -> all.add(normal(each, "", sorted)));
      boolean hits =
          !all.isEmpty() && all.stream().allMatch(JsonNode::isObject) && array.equals("hits");
      if (hits && !sorted) {
        all.sort(Comparator.comparing(each -> each.path("_id").asString() + each));
      }
      all.forEach(out::add);
      return out;
    }
    if (!node.isObject()) {
      return node;
    }
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> each : node.properties()) {
      String key = each.getKey();
      if (key.equals("_id")) {
        out.put(key, each.getValue().asString().replaceFirst("^[a-z]+:", ""));
      } else if (!OF_THE_INDEX.contains(key) && !KEPT_FROM_CLIENTS.contains(key)) {
        out.set(key, normal(each.getValue(), key, sorted));
      }
    }
    return out;
  }

  private static Optional<String> differ(JsonNode one, JsonNode other, String path) {
    if (one.isNumber() && other.isNumber()) {
      double a = one.asDouble();
      double b = other.asDouble();
      boolean close = Math.abs(a - b) <= CLOSE * Math.max(1, Math.abs(a));
      return close ? Optional.empty() : Optional.of(path + ": " + a + " and " + b);
    }
    if (one.isArray() && other.isArray() && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        Optional<String> found = differ(one.get(i), other.get(i), path + "/" + i);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    if (one.isObject()
        && other.isObject()
        && Set.copyOf(one.propertyNames()).equals(Set.copyOf(other.propertyNames()))) {
      for (String name : one.propertyNames()) {
        Optional<String> found = differ(one.get(name), other.get(name), path + "/" + name);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    return one.equals(other) ? Optional.empty() : Optional.of(path + ": " + one + " and " + other);
  }
}
