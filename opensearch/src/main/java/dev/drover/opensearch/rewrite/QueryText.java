package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.BOOSTED_FIELDS;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.REWRITE;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;

/// Queries in a small language of their own, in a text.
final class QueryText {
  static final Rule QUERY_STRING =
      Rules.ofNamedFields(
          Rules.query("query_string")
              .with(QueryText::text, "query")
              .with(BOOSTED_FIELDS, "fields")
              .with(FIELD, "default_field")
              .with(REWRITE, "rewrite", "fuzzy_rewrite")
              .with(SCALAR, "default_operator", "analyzer", "quote_analyzer", "quote_field_suffix")
              .with(SCALAR, "allow_leading_wildcard", "analyze_wildcard", "escape", "lenient")
              .with(SCALAR, "fuzziness", "fuzzy_prefix_length", "fuzzy_max_expansions")
              .with(
                  SCALAR, "fuzzy_transpositions", "phrase_slop", "tie_breaker", "time_zone", "type")
              .with(SCALAR, "max_determinized_states", "enable_position_increments")
              .with(SCALAR, "minimum_should_match", "auto_generate_synonyms_phrase_query"));

  /// Its text cannot name fields.
  static final Rule SIMPLE_QUERY_STRING =
      Rules.ofNamedFields(
          Rules.query("simple_query_string")
              .with(SCALAR, "query")
              .with(BOOSTED_FIELDS, "fields")
              .with(
                  SCALAR, "default_operator", "analyzer", "quote_field_suffix", "flags", "lenient")
              .with(SCALAR, "analyze_wildcard", "fuzzy_prefix_length", "fuzzy_max_expansions")
              .with(SCALAR, "fuzzy_transpositions", "minimum_should_match")
              .with(SCALAR, "auto_generate_synonyms_phrase_query"));

  private QueryText() {}

  private static void text(Walk walk) throws Refused {
    SCALAR.walk(walk);
    if (walk.shared() && Metadata.inQueryText(walk.text(), walk.ownField())) {
      throw Refused.isolation(
          "the text of the query names [_id], [_index], [_routing] or the field that tells tenants apart, at %s. Search for ids with an [ids] query, and name the index in the path"
              .formatted(walk.where()));
    }
  }
}
