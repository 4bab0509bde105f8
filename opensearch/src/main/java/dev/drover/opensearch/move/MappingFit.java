package dev.drover.opensearch.move;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Whether documents that were written under one index's mapping mean the same under another's.
/// Pure.
final class MappingFit {
  /// OpenSearch's own limit of fields.
  static final int FIELDS_MAX = 1_000;

  /// What changes nothing that a client can ask for. Anything else of a field has to be the same.
  private static final Set<String> WITHOUT_MEANING =
      Set.of("properties", "fields", "meta", "eager_global_ordinals", "store", "boost");

  /// Members of a field that name what the index's settings define, each with the kinds of settings
  /// in which that is.
  private static final Map<String, String> NAMING =
      Map.of(
          "analyzer", "analysis.analyzer",
          "search_analyzer", "analysis.analyzer",
          "search_quote_analyzer", "analysis.analyzer",
          "normalizer", "analysis.normalizer",
          "similarity", "similarity");

  /// Parts of analyzers that are defined by themselves.
  private static final List<String> PARTS = List.of("tokenizer", "filter", "char_filter");

  private static final String INDEX = "index.";

  private MappingFit() {}

  /// What would be otherwise at the target, each as a sentence without its end.
  ///
  /// @param source its mapping as it is for the tenant
  static List<String> conflicts(JsonNode source, IndexLook sourceIndex, IndexLook target) {
    Map<String, JsonNode> mine = fields(source);
    Map<String, JsonNode> theirs = fields(target.mappings());
    String dynamic = target.mappings().path("dynamic").asString("true");
    List<String> conflicts = new ArrayList<>();
    Set<String> named = new TreeSet<>();
    mine.forEach(
        (name, field) -> {
          JsonNode there = theirs.get(name);
          if (there != null) {
            differing(name, field, there, conflicts);
            NAMING.forEach(
                (member, kind) -> {
                  if (field.has(member)) {
                    named.add(kind + "." + field.path(member).asString(""));
                  }
                });
          } else {
            absent(name, dynamic, conflicts);
          }
        });
    if (mine.values().stream().anyMatch(each -> each.path("type").asString("").equals("text"))) {
      named.addAll(
          List.of(
              "analysis.analyzer.default",
              "analysis.analyzer.default_search",
              "similarity.default"));
    }
    for (String each : named) {
      if (!definition(each, sourceIndex).equals(definition(each, target))) {
        conflicts.add(
            "%s '%s' is defined otherwise there"
                .formatted(
                    each.startsWith("analysis.") ? each.split("\\.", 3)[1] : "similarity",
                    each.substring(each.lastIndexOf('.') + 1)));
      }
    }
    return conflicts;
  }

  private static void absent(String name, String dynamic, List<String> conflicts) {
    if (dynamic.equals("true")) {
      conflicts.add(
          "it has no field '%s'; the first document that has it would decide on its type for all tenants"
              .formatted(name));
    } else {
      conflicts.add(
          "it has no field '%s', and its mapping is dynamic: %s, so %s"
              .formatted(
                  name,
                  dynamic,
                  dynamic.equals("strict")
                      ? "it refuses documents that have it"
                      : "it does not find documents by it"));
    }
  }

  private static void differing(
      String name, JsonNode field, JsonNode there, List<String> conflicts) {
    Set<String> members = new TreeSet<>(field.propertyNames());
    members.addAll(there.propertyNames());
    members.removeAll(WITHOUT_MEANING);
    for (String member : members) {
      String mine = text(field.path(member));
      String theirs = text(there.path(member));
      if (!mine.equals(theirs)) {
        conflicts.add(
            "field '%s' has %s '%s' there and '%s' at the source"
                .formatted(
                    name,
                    member,
                    theirs.isEmpty() ? "default" : theirs,
                    mine.isEmpty() ? "default" : mine));
      }
    }
  }

  /// `copy_to` of one field is the same as of a list of one.
  private static String text(JsonNode value) {
    JsonNode one = value.isArray() && value.size() == 1 ? value.get(0) : value;
    return one.isMissingNode() ? "" : one.isValueNode() ? one.asString("") : one.toString();
  }

  /// All settings that say what is meant by a name, with the parts that it consists of.
  private static SortedMap<String, String> definition(String name, IndexLook of) {
    SortedMap<String, String> all = new TreeMap<>();
    Set<String> seen = new HashSet<>(Set.of(name));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String prefix = INDEX + open.remove() + ".";
      for (Map.Entry<String, JsonNode> each : of.settings().properties()) {
        if (each.getKey().startsWith(prefix)) {
          all.put(each.getKey(), text(each.getValue()));
          String member = each.getKey().substring(prefix.length());
          if (PARTS.contains(member)) {
            names(each.getValue()).stream()
                .map(part -> "analysis.%s.%s".formatted(member, part))
                .filter(seen::add)
                .forEach(open::add);
          }
        }
      }
    }
    return all;
  }

  private static List<String> names(JsonNode one) {
    return one.isArray()
        ? one.valueStream().map(each -> each.asString("")).toList()
        : List.of(one.asString(""));
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
