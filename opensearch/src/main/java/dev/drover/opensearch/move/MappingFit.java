package dev.drover.opensearch.move;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Whether documents that were written under one mapping mean the same under another. Pure.
final class MappingFit {
  /// OpenSearch's own limit of fields.
  static final int FIELDS_MAX = 1_000;

  /// What decides how a field is read and found.
  private static final List<String> MEANING =
      List.of(
          "type",
          "analyzer",
          "search_analyzer",
          "normalizer",
          "format",
          "scaling_factor",
          "ignore_above",
          "null_value",
          "path",
          "dimension",
          "enabled",
          "index",
          "doc_values");

  private MappingFit() {}

  /// What would be otherwise at the target, each as a sentence without its end.
  static List<String> conflicts(JsonNode source, JsonNode target) {
    Map<String, JsonNode> mine = fields(source);
    Map<String, JsonNode> theirs = fields(target);
    String dynamic = target.path("dynamic").asString("true");
    List<String> conflicts = new ArrayList<>();
    mine.forEach(
        (name, field) -> {
          JsonNode there = theirs.get(name);
          if (there != null) {
            differing(name, field, there, conflicts);
          } else if (!dynamic.equals("true")) {
            conflicts.add(
                "it has no field '%s', and its mapping is dynamic: %s, so %s"
                    .formatted(
                        name,
                        dynamic,
                        dynamic.equals("strict")
                            ? "it refuses documents that have it"
                            : "it does not find documents by it"));
          } else {
            conflicts.add(
                "it has no field '%s'; the first document that has it would decide on its type for all tenants"
                    .formatted(name));
          }
        });
    return conflicts;
  }

  private static void differing(
      String name, JsonNode field, JsonNode there, List<String> conflicts) {
    for (String key : MEANING) {
      String mine = field.path(key).asString("");
      String theirs = there.path(key).asString("");
      if (!mine.equals(theirs)) {
        conflicts.add(
            "field '%s' has %s '%s' there and '%s' at the source"
                .formatted(
                    name,
                    key,
                    theirs.isEmpty() ? "default" : theirs,
                    mine.isEmpty() ? "default" : mine));
      }
    }
  }

  /// How many fields an index has that takes both.
  static int together(JsonNode source, JsonNode target) {
    Set<String> all = new TreeSet<>(fields(source).keySet());
    all.addAll(fields(target).keySet());
    return all.size();
  }

  private static Map<String, JsonNode> fields(JsonNode mappings) {
    Map<String, JsonNode> all = new TreeMap<>();
    collect("", mappings, all);
    return all;
  }

  private static void collect(String prefix, JsonNode at, Map<String, JsonNode> all) {
    for (String kind : List.of("properties", "fields")) {
      at.path(kind)
          .properties()
          .forEach(
              each -> {
                String name = prefix + each.getKey();
                all.put(name, each.getValue());
                collect(name + ".", each.getValue(), all);
              });
    }
  }
}
