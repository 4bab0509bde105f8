package dev.drover.opensearch.answer;

import java.util.Map;

/// What becomes of a member of an object in an answer, by its key.
enum Member {
  /// Its value is looked into.
  WALKED,
  /// Its value is a client's own, or says nothing of where documents are: it is passed by.
  PASSED,
  /// An index's name.
  INDEX,
  /// A list of names of indices, or one.
  INDICES,
  /// A document's id.
  ID,
  /// A document's routing.
  ROUTING,
  /// A primary term.
  TERM,
  /// A text for people.
  REASON,
  /// The id of a scroll or a point in time.
  CURSOR;

  private static final Map<String, Member> BY_KEY =
      Map.ofEntries(
          Map.entry("_index", INDEX),
          Map.entry("index", INDEX),
          Map.entry("resource.id", INDEX),
          Map.entry("provided_name", INDEX),
          Map.entry("_id", ID),
          Map.entry("_routing", ROUTING),
          Map.entry("_primary_term", TERM),
          Map.entry("reason", REASON),
          Map.entry("_scroll_id", CURSOR),
          Map.entry("pit_id", CURSOR),
          Map.entry("_source", PASSED),
          Map.entry("fields", PASSED),
          Map.entry("highlight", PASSED),
          Map.entry("sort", PASSED),
          Map.entry("_explanation", PASSED),
          Map.entry("ignored_field_values", PASSED),
          Map.entry("matched_queries", PASSED),
          Map.entry("term_vectors", PASSED),
          Map.entry("meta", PASSED),
          Map.entry("key", PASSED),
          Map.entry("after_key", PASSED),
          Map.entry("value", PASSED),
          Map.entry("text", PASSED));

  static Member of(String key) {
    return BY_KEY.getOrDefault(key, WALKED);
  }

  /// The longest key that means anything.
  static final int KEY_LENGTH_MAX =
      BY_KEY.keySet().stream().mapToInt(String::length).max().orElseThrow();
}
