package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.QUERIES;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.query;

import java.util.Map;

/// Queries for words that stand near each other.
final class SpanTypes {
  private SpanTypes() {}

  static void put(Map<String, Rule> all) {
    all.put(
        "span_term",
        query("span_term")
            .fieldsOf(Rules.either(SCALAR, query("span_term").with(SCALAR, "value", "term"))));
    all.put("span_or", query("span_or").with(QUERIES, "clauses"));
    all.put(
        "span_near",
        query("span_near")
            .with(QUERIES, "clauses")
            .with(SCALAR, "slop", "in_order", "collect_payloads"));
    all.put("span_gap", query("span_gap").fieldsOf(SCALAR));
    all.put(
        "span_not",
        query("span_not").with(QUERY, "include", "exclude").with(SCALAR, "pre", "post", "dist"));
    all.put("span_first", query("span_first").with(QUERY, "match").with(SCALAR, "end"));
    all.put("span_containing", query("span_containing").with(QUERY, "big", "little"));
    all.put("span_within", query("span_within").with(QUERY, "big", "little"));
    all.put("span_multi", query("span_multi").with(QUERY, "match"));
    for (String type : new String[] {"field_masking_span", "span_field_masking"}) {
      all.put(type, query(type).with(QUERY, "query").with(FIELD, "field"));
    }
  }
}
