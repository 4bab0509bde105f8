package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.MATCHING_SCRIPT;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

import java.util.Map;

/// The `intervals` query: rules for the order and the distance of words.
final class IntervalTypes {
  private static final String[] SOURCES = {
    "match", "prefix", "wildcard", "regexp", "fuzzy", "all_of", "any_of"
  };
  private static final String[] FILTERS = {
    "after",
    "before",
    "contained_by",
    "containing",
    "not_contained_by",
    "not_containing",
    "not_overlapping",
    "overlapping"
  };

  private static final Rule SOURCE = walk -> IntervalTypes.sources("intervals").walk(walk);
  private static final Rule FILTER =
      ObjectRule.of("filter").with(MATCHING_SCRIPT, "script").with(SOURCE, FILTERS);

  private static final Map<String, Rule> BY_NAME =
      Map.of(
          "match",
          source("match")
              .with(SCALAR, "query", "max_gaps", "mode", "ordered", "analyzer")
              .with(FILTER, "filter"),
          "prefix",
          source("prefix").with(SCALAR, "prefix", "analyzer"),
          "wildcard",
          source("wildcard").with(SCALAR, "pattern", "analyzer", "max_expansions"),
          "regexp",
          source("regexp")
              .with(SCALAR, "pattern", "flags", "flags_value", "max_expansions")
              .with(SCALAR, "case_insensitive"),
          "fuzzy",
          source("fuzzy")
              .with(SCALAR, "term", "prefix_length", "transpositions", "fuzziness", "analyzer"),
          "all_of",
          ObjectRule.of("all_of")
              .with(Rules.list(SOURCE), "intervals")
              .with(SCALAR, "max_gaps", "mode", "ordered")
              .with(FILTER, "filter"),
          "any_of",
          ObjectRule.of("any_of").with(Rules.list(SOURCE), "intervals").with(FILTER, "filter"));

  private IntervalTypes() {}

  private static ObjectRule source(String what) {
    return ObjectRule.of(what).with(FIELD, "use_field");
  }

  private static ObjectRule sources(String what) {
    ObjectRule all = ObjectRule.of(what);
    for (String name : SOURCES) {
      all = all.with(walk -> BY_NAME.getOrDefault(name, Rules.SCALAR).walk(walk), name);
    }
    return all;
  }

  static void put(Map<String, Rule> all) {
    all.put(
        "intervals",
        Rules.query("intervals").fieldsOf(sources("intervals").with(SCALAR, "boost", "_name")));
  }
}
