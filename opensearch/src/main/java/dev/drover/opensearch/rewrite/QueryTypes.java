package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.BOOSTED_FIELDS;
import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.MATCHING_SCRIPT;
import static dev.drover.opensearch.rewrite.Rules.QUERIES;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.REWRITE;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCALARS;
import static dev.drover.opensearch.rewrite.Rules.SCRIPT;
import static dev.drover.opensearch.rewrite.Rules.query;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// Which types of queries there are, and what each may hold. A type that is not here is refused.
final class QueryTypes {
  private static final String JOINS =
      "parents and children are found by an id that tenants can choose, so it can find another tenant's. Use [nested]";

  /// [QueryTypes#ALL], of `wrapper` and a shared index's `hybrid` apart, for which [Queries] sees.
  static final Map<String, Rule> ALL = all();

  /// A `hybrid` query cannot be put into another one, so the filter goes into each of its queries.
  static final Rule HYBRID_FILTERED = hybrid(Rules.list(Queries::filteredInside));

  private QueryTypes() {}

  /// `{"TYPE": {"FIELD": value or object}}`.
  private static Rule ofField(String type, ObjectRule inner) {
    return query(type).fieldsOf(Rules.either(SCALAR, inner));
  }

  private static Map<String, Rule> all() {
    Map<String, Rule> all = new HashMap<>();
    compounds(all);
    texts(all);
    terms(all);
    geo(all);
    vectors(all);
    special(all);
    SpanTypes.put(all);
    IntervalTypes.put(all);
    return Collections.unmodifiableMap(all);
  }

  private static void compounds(Map<String, Rule> all) {
    all.put("match_all", query("match_all"));
    all.put("match_none", query("match_none"));
    all.put(
        "bool",
        query("bool")
            .with(QUERIES, "must", "must_not", "mustNot", "filter", "should")
            .with(SCALAR, "minimum_should_match", "adjust_pure_negative"));
    all.put("constant_score", query("constant_score").with(QUERY, "filter"));
    all.put(
        "boosting",
        query("boosting").with(QUERY, "positive", "negative").with(SCALAR, "negative_boost"));
    all.put("dis_max", query("dis_max").with(QUERIES, "queries").with(SCALAR, "tie_breaker"));
    all.put(
        "nested",
        query("nested")
            .with(FIELD, "path")
            .with(Rules.NESTED_QUERY, "query")
            .with(SCALAR, "score_mode", "ignore_unmapped")
            .with(SearchParts.INNER_HITS, "inner_hits"));
    all.put(
        "script_score",
        query("script_score")
            .with(Queries::filteredInside, "query")
            .with(SCRIPT, "script")
            .with(FunctionScore.MIN_SCORE, "min_score"));
    all.put("script", query("script").with(MATCHING_SCRIPT, "script"));
    all.put("function_score", FunctionScore.RULE);
  }

  private static void texts(Map<String, Rule> all) {
    ObjectRule fuzzy =
        query("match")
            .with(
                SCALAR,
                "query",
                "operator",
                "analyzer",
                "fuzziness",
                "prefix_length",
                "max_expansions",
                "minimum_should_match",
                "fuzzy_transpositions");
    ObjectRule phrase = query("match_phrase").with(SCALAR, "query", "analyzer", "slop");
    all.put(
        "match",
        query("match")
            .fields(
                IdQueries.scalar(
                    "query",
                    fuzzy
                        .with(REWRITE, "fuzzy_rewrite")
                        .with(
                            SCALAR,
                            "lenient",
                            "zero_terms_query",
                            "cutoff_frequency",
                            "auto_generate_synonyms_phrase_query"))));
    all.put(
        "match_bool_prefix", ofField("match_bool_prefix", fuzzy.with(REWRITE, "fuzzy_rewrite")));
    all.put("match_phrase", ofField("match_phrase", phrase.with(SCALAR, "zero_terms_query")));
    all.put(
        "match_phrase_prefix",
        ofField("match_phrase_prefix", phrase.with(SCALAR, "zero_terms_query", "max_expansions")));
    all.put(
        "multi_match",
        Rules.ofNamedFields(
            fuzzy
                .with(REWRITE, "fuzzy_rewrite")
                .with(BOOSTED_FIELDS, "fields")
                .with(
                    SCALAR,
                    "type",
                    "slop",
                    "tie_breaker",
                    "lenient",
                    "zero_terms_query",
                    "cutoff_frequency",
                    "auto_generate_synonyms_phrase_query")));
    all.put(
        "combined_fields",
        query("combined_fields")
            .with(BOOSTED_FIELDS, "fields")
            .with(SCALAR, "query", "operator", "minimum_should_match"));
    all.put(
        "common",
        ofField(
            "common",
            query("common")
                .with(SCALAR, "query", "cutoff_frequency", "analyzer")
                .with(SCALAR, "low_freq_operator", "high_freq_operator")
                .with(DATA, "minimum_should_match")));
    all.put("query_string", QueryText.QUERY_STRING);
    all.put("simple_query_string", QueryText.SIMPLE_QUERY_STRING);
  }

  private static void terms(Map<String, Rule> all) {
    all.put(
        "term",
        query("term")
            .fields(
                IdQueries.scalar(
                    "value", query("term").with(SCALAR, "value", "term", "case_insensitive"))));
    all.put("terms", query("terms").with(SCALAR, "value_type").fields(IdQueries::terms));
    all.put(
        "terms_set",
        query("terms_set")
            .fieldsOf(
                query("terms_set")
                    .with(SCALARS, "terms")
                    .with(FIELD, "minimum_should_match_field")
                    .with(MATCHING_SCRIPT, "minimum_should_match_script")));
    all.put("ids", query("ids").with(SCALAR, "type").with(Rules.list(Walk::writeId), "values"));
    all.put("exists", query("exists").with(IdQueries::exists, "field"));
    ObjectRule value = query("value").with(SCALAR, "value").with(REWRITE, "rewrite");
    all.put("prefix", ofField("prefix", value.with(SCALAR, "case_insensitive", "prefix")));
    all.put("wildcard", ofField("wildcard", value.with(SCALAR, "case_insensitive", "wildcard")));
    all.put(
        "regexp",
        ofField(
            "regexp",
            value.with(
                SCALAR, "case_insensitive", "flags", "flags_value", "max_determinized_states")));
    all.put(
        "fuzzy",
        ofField(
            "fuzzy",
            value.with(
                SCALAR, "term", "fuzziness", "prefix_length", "max_expansions", "transpositions")));
    all.put(
        "range",
        query("range")
            .fieldsOf(
                query("range")
                    .with(SCALAR, "gt", "gte", "lt", "lte", "from", "to")
                    .with(SCALAR, "include_lower", "include_upper")
                    .with(SCALAR, "time_zone", "format", "relation")));
  }

  private static void geo(Map<String, Rule> all) {
    all.put(
        "geo_bounding_box",
        query("geo_bounding_box")
            .with(SCALAR, "type", "validation_method", "ignore_unmapped")
            .fieldsOf(DATA));
    all.put(
        "geo_distance",
        query("geo_distance")
            .with(SCALAR, "distance", "distance_type", "unit")
            .with(SCALAR, "validation_method", "ignore_unmapped")
            .fieldsOf(DATA));
    all.put(
        "geo_polygon",
        query("geo_polygon").with(SCALAR, "validation_method", "ignore_unmapped").fieldsOf(DATA));
    ObjectRule shape =
        ObjectRule.of("shape")
            .with(DATA, "shape")
            .with(SCALAR, "relation", "strategy")
            .with(Lookups.INDEXED_SHAPE, "indexed_shape");
    for (String type : new String[] {"geo_shape", "xy_shape"}) {
      all.put(type, query(type).with(SCALAR, "ignore_unmapped", "strategy").fieldsOf(shape));
    }
  }

  private static void vectors(Map<String, Rule> all) {
    all.put(
        "knn",
        query("knn")
            .fieldsOf(
                filterInside(
                    query("knn")
                        .with(SCALAR, "k", "max_distance", "min_score", "expand_nested_docs")
                        .with(DATA, "vector", "method_parameters", "rescore"))));
    all.put(
        "neural",
        query("neural")
            .fieldsOf(
                filterInside(
                    query("neural")
                        .with(SCALAR, "query_text", "query_image", "model_id", "k")
                        .with(SCALAR, "max_distance", "min_score", "expand_nested_docs")
                        .with(DATA, "method_parameters", "rescore"))));
    all.put(
        "neural_sparse",
        query("neural_sparse")
            .fieldsOf(
                query("neural_sparse")
                    .with(SCALAR, "query_text", "model_id", "max_token_score", "analyzer")
                    .with(DATA, "query_tokens")));
    all.put("hybrid", hybrid(QUERIES));
  }

  private static ObjectRule hybrid(Rule queries) {
    return query("hybrid")
        .with(queries, "queries")
        .with(QUERY, "filter")
        .with(SCALAR, "pagination_depth");
  }

  private static void special(Map<String, Rule> all) {
    all.put("more_like_this", Lookups.MORE_LIKE_THIS);
    all.put(
        "rank_feature",
        query("rank_feature")
            .with(FIELD, "field")
            .with(DATA, "saturation", "log", "sigmoid", "linear"));
    all.put(
        "distance_feature",
        query("distance_feature").with(FIELD, "field").with(SCALAR, "pivot").with(DATA, "origin"));
    for (String type : new String[] {"has_child", "has_parent", "parent_id"}) {
      all.put(type, Rules.sharedRefused(JOINS, joins(type)));
    }
    all.put(
        "percolate",
        Rules.refused(
            "a query that is stored in a document is not checked when it is run. Search for the documents instead"));
    all.put("template", Rules.refused("send the query itself, not a template of it"));
  }

  private static ObjectRule joins(String type) {
    return query(type)
        .with(SCALAR, "type", "parent_type", "id", "score_mode", "score", "ignore_unmapped")
        .with(SCALAR, "min_children", "max_children")
        .with(QUERY, "query")
        .with(SearchParts.INNER_HITS, "inner_hits");
  }

  /// A query by vectors takes the nearest before other filters are asked. So the tenant's filter
  /// goes inside too, or the tenant would find fewer of its own.
  private static Rule filterInside(ObjectRule keys) {
    return new FilteredObject("filter", keys);
  }
}
