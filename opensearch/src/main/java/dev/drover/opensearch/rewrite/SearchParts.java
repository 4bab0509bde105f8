package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.FIELDS;
import static dev.drover.opensearch.rewrite.Rules.NO_EXPLAIN;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCALARS;
import static dev.drover.opensearch.rewrite.Rules.SCRIPT;

import tools.jackson.core.JsonToken;

/// Parts of a search that stand in inner hits and in aggregations too.
final class SearchParts {
  private static final ObjectRule FORMATTED =
      ObjectRule.of("fields").with(SCALAR, "format", "include_unmapped");

  /// `fields`: the cluster leaves its own fields out of `*`.
  static final Rule FETCH_FIELDS = Rules.list(Rules.either(FIELD, FORMATTED.with(FIELD, "field")));

  /// `docvalue_fields`: `*` finds the cluster's own fields too.
  static final Rule DOCVALUE_FIELDS =
      Rules.list(
          Rules.either(
              SearchParts::fieldButAll, FORMATTED.with(SearchParts::fieldButAll, "field")));

  static final Rule STORED_FIELDS = Rules.list(SearchParts::fieldButAll);

  static final Rule SCRIPT_FIELDS =
      Rules.named(
          ObjectRule.of("script_fields").with(SCRIPT, "script").with(SCALAR, "ignore_failure"));

  private static final Rule NESTED_SORT = walk -> SearchParts.nestedSort().walk(walk);

  private static final ObjectRule ORDER =
      ObjectRule.of("sort")
          .with(SCALAR, "order", "mode", "missing", "unmapped_type", "numeric_type", "format")
          .with(NESTED_SORT, "nested")
          .with(FIELD, "nested_path")
          .with(Rules.NESTED_QUERY, "nested_filter");

  private static final ObjectRule DISTANCE_ORDER =
      ORDER
          .with(SCALAR, "unit", "distance_type", "ignore_unmapped", "validation_method")
          .fieldsOf(DATA);

  private static final ObjectRule SCRIPT_ORDER = ORDER.with(SCALAR, "type").with(SCRIPT, "script");

  static final Rule SORT =
      Rules.list(
          Rules.either(
              FIELD,
              ObjectRule.of("sort")
                  .with(SCRIPT_ORDER, "_script")
                  .with(DISTANCE_ORDER, "_geo_distance", "_geoDistance")
                  .fieldsOf(Rules.either(SCALAR, ORDER))));

  private static final ObjectRule HIGHLIGHT_OPTIONS =
      ObjectRule.of("highlight")
          .with(SCALARS, "pre_tags", "post_tags")
          .with(SCALAR, "order", "highlight_filter", "fragment_size", "fragment_offset")
          .with(SCALAR, "number_of_fragments", "encoder", "require_field_match", "type")
          .with(SCALAR, "boundary_scanner", "boundary_max_scan", "boundary_chars")
          .with(SCALAR, "boundary_scanner_locale", "fragmenter", "no_match_size")
          .with(SCALAR, "force_source", "phrase_limit", "max_analyzer_offset", "tags_schema")
          .with(DATA, "options")
          .with(FIELDS, "matched_fields")
          .with(QUERY, "highlight_query");

  static final Rule HIGHLIGHT =
      HIGHLIGHT_OPTIONS.with(
          Rules.list(ObjectRule.of("fields").fieldsOf(HIGHLIGHT_OPTIONS)), "fields");

  /// What hits are shown with, in inner hits and in `top_hits`.
  static final ObjectRule HITS =
      ObjectRule.of("hits")
          .with(SCALAR, "from", "size", "track_scores", "version", "seq_no_primary_term")
          .with(NO_EXPLAIN, "explain")
          .with(DATA, "_source")
          .with(STORED_FIELDS, "stored_fields")
          .with(DOCVALUE_FIELDS, "docvalue_fields")
          .with(FETCH_FIELDS, "fields")
          .with(SCRIPT_FIELDS, "script_fields")
          .with(SORT, "sort")
          .with(HIGHLIGHT, "highlight");

  static final Rule INNER_HITS =
      HITS.with(SCALAR, "name", "ignore_unmapped")
          .with(ObjectRule.of("collapse").with(FIELD, "field"), "collapse");

  static final Rule COLLAPSE =
      ObjectRule.of("collapse")
          .with(FIELD, "field")
          .with(SCALAR, "max_concurrent_group_searches")
          .with(Rules.list(INNER_HITS), "inner_hits");

  static final Rule RESCORE =
      Rules.list(
          ObjectRule.of("rescore")
              .with(SCALAR, "window_size")
              .with(
                  ObjectRule.of("query")
                      .with(QUERY, "rescore_query")
                      .with(SCALAR, "query_weight", "rescore_query_weight", "score_mode"),
                  "query"));

  static final Rule SLICE =
      ObjectRule.of("slice").with(SearchParts::sliceField, "field").with(SCALAR, "id", "max");

  static final Rule SUGGEST =
      Rules.sharedRefused(
          "a suggester reads the words of all tenants' documents. Use a [match_phrase_prefix] or a [match_bool_prefix] query",
          SearchParts::suggest);

  private SearchParts() {}

  private static ObjectRule nestedSort() {
    return ObjectRule.of("nested")
        .with(FIELD, "path")
        .with(Rules.NESTED_QUERY, "filter")
        .with(SCALAR, "max_children")
        .with(NESTED_SORT, "nested");
  }

  private static void fieldButAll(Walk walk) throws Refused {
    walk.require(JsonToken.VALUE_STRING, "a field's name");
    walk.checkFieldOrAll(walk.text());
    walk.copy();
  }

  /// A slice is cut by the hash of a field, which shows nothing of it.
  private static void sliceField(Walk walk) throws Refused {
    if (walk.scalar() && walk.text().equals(Metadata.ID)) {
      walk.copy();
    } else {
      FIELD.walk(walk);
    }
  }

  /// A suggestion can be checked by a query, which is a template.
  private static void suggest(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object for [suggest]");
    int depth = 0;
    while (true) {
      JsonToken token = walk.token();
      if (token == JsonToken.PROPERTY_NAME && walk.name().equals("collate")) {
        throw Refused.isolation(
            "[collate] is refused, at " + walk.where() + ": search for the suggestions instead");
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      walk.copyToken();
      if (depth == 0) {
        return;
      }
      walk.next();
    }
  }
}
