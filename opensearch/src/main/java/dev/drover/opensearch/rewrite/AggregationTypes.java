package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.FIELDS;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCRIPT;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonToken;

/// Which types of aggregations there are, and what each may hold. A type that is not here is
/// refused.
final class AggregationTypes {
  /// With 0 the cluster shows every word of the index, of whatever documents.
  private static final Rule MIN_DOC_COUNT = AggregationTypes::minDocCount;

  static final Map<String, Rule> ALL = all();

  private AggregationTypes() {}

  private static ObjectRule values(String type) {
    return ObjectRule.of(type)
        .with(FIELD, "field")
        .with(SCRIPT, "script")
        .with(DATA, "missing")
        .with(SCALAR, "format", "time_zone", "value_type");
  }

  private static Map<String, Rule> all() {
    Map<String, Rule> all = new HashMap<>();
    metrics(all);
    terms(all);
    significant(all);
    histograms(all);
    ranges(all);
    filters(all);
    geo(all);
    pipelines(all);
    pipelinesOfBuckets(all);
    refused(all);
    return Collections.unmodifiableMap(all);
  }

  private static void metrics(Map<String, Rule> all) {
    for (String type : new String[] {"avg", "sum", "min", "max", "value_count", "stats"}) {
      all.put(type, values(type));
    }
    all.put("extended_stats", values("extended_stats").with(SCALAR, "sigma"));
    all.put(
        "cardinality",
        values("cardinality").with(SCALAR, "precision_threshold", "execution_hint", "rehash"));
    all.put(
        "median_absolute_deviation",
        values("median_absolute_deviation").with(SCALAR, "compression", "execution_hint"));
    all.put(
        "percentiles",
        values("percentiles").with(DATA, "percents", "tdigest", "hdr").with(SCALAR, "keyed"));
    all.put(
        "percentile_ranks",
        values("percentile_ranks").with(DATA, "values", "tdigest", "hdr").with(SCALAR, "keyed"));
    ObjectRule of = values("weighted_avg");
    all.put(
        "weighted_avg",
        ObjectRule.of("weighted_avg")
            .with(of, "value", "weight")
            .with(SCALAR, "format", "value_type"));
    all.put(
        "matrix_stats",
        ObjectRule.of("matrix_stats")
            .with(FIELDS, "fields")
            .with(DATA, "missing")
            .with(SCALAR, "mode"));
    all.put("top_hits", SearchParts.HITS);
    all.put("top_metrics", Rules.refused("use [top_hits]"));
  }

  private static ObjectRule thresholds(ObjectRule of) {
    return of.with(SCALAR, "size", "shard_size", "shard_min_doc_count")
        .with(MIN_DOC_COUNT, "min_doc_count");
  }

  private static void terms(Map<String, Rule> all) {
    all.put(
        "terms",
        thresholds(values("terms"))
            .with(DATA, "order", "include", "exclude")
            .with(SCALAR, "collect_mode", "execution_hint", "show_term_doc_count_error"));
    all.put(
        "rare_terms",
        values("rare_terms")
            .with(DATA, "include", "exclude")
            .with(SCALAR, "max_doc_count", "precision"));
    all.put(
        "multi_terms",
        thresholds(ObjectRule.of("multi_terms"))
            .with(Rules.list(values("terms")), "terms")
            .with(DATA, "order")
            .with(SCALAR, "collect_mode", "show_term_doc_count_error"));
    Rule source =
        values("source")
            .with(SCALAR, "order", "missing_bucket", "missing_order", "interval")
            .with(SCALAR, "calendar_interval", "fixed_interval", "offset", "precision")
            .with(DATA, "bounds");
    Rule sources =
        Rules.list(
            Rules.named(
                ObjectRule.of("sources")
                    .with(source, "terms", "histogram", "date_histogram", "geotile_grid")));
    all.put(
        "composite",
        ObjectRule.of("composite")
            .with(sources, "sources")
            .with(SCALAR, "size")
            .with(DATA, "after"));
  }

  private static void significant(Map<String, Rule> all) {
    Rule script = ObjectRule.of("script_heuristic").with(SCRIPT, "script");
    ObjectRule significant =
        thresholds(ObjectRule.of("significant"))
            .with(FIELD, "field")
            .with(DATA, "include", "exclude", "jlh", "mutual_information", "chi_square", "gnd")
            .with(DATA, "percentage")
            .with(script, "script_heuristic");
    all.put(
        "significant_terms",
        background(significant.with(SCALAR, "execution_hint", "format", "value_type")));
    all.put(
        "significant_text",
        background(
            significant.with(SCALAR, "filter_duplicate_text").with(FIELDS, "source_fields")));
  }

  private static void histograms(Map<String, Rule> all) {
    ObjectRule histogram =
        values("histogram")
            .with(SCALAR, "interval", "offset", "min_doc_count", "keyed")
            .with(DATA, "order", "extended_bounds", "hard_bounds");
    all.put("histogram", histogram);
    all.put("date_histogram", histogram.with(SCALAR, "calendar_interval", "fixed_interval"));
    all.put(
        "auto_date_histogram",
        values("auto_date_histogram").with(SCALAR, "buckets", "minimum_interval"));
    all.put(
        "variable_width_histogram",
        values("variable_width_histogram").with(SCALAR, "buckets", "shard_size", "initial_buffer"));
  }

  private static void ranges(Map<String, Rule> all) {
    for (String type : new String[] {"range", "date_range", "ip_range"}) {
      all.put(type, values(type).with(DATA, "ranges").with(SCALAR, "keyed"));
    }
    all.put(
        "geo_distance",
        values("geo_distance")
            .with(DATA, "ranges", "origin", "center", "point", "por")
            .with(SCALAR, "unit", "distance_type", "keyed"));
  }

  private static void filters(Map<String, Rule> all) {
    Rule queries =
        walk ->
            (walk.token() == JsonToken.START_ARRAY ? Rules.QUERIES : Rules.named(QUERY)).walk(walk);
    all.put("filter", QUERY);
    all.put(
        "filters",
        ObjectRule.of("filters")
            .with(queries, "filters")
            .with(SCALAR, "other_bucket", "other_bucket_key"));
    all.put(
        "adjacency_matrix",
        ObjectRule.of("adjacency_matrix")
            .with(queries, "filters")
            .with(SCALAR, "separator", "show_only_intersecting"));
    all.put("missing", values("missing"));
    all.put("nested", ObjectRule.of("nested").with(FIELD, "path"));
    all.put("reverse_nested", ObjectRule.of("reverse_nested").with(FIELD, "path"));
    all.put("sampler", ObjectRule.of("sampler").with(SCALAR, "shard_size"));
    all.put(
        "diversified_sampler",
        values("diversified_sampler")
            .with(SCALAR, "shard_size", "max_docs_per_value", "execution_hint"));
  }

  private static void geo(Map<String, Rule> all) {
    all.put("geo_bounds", values("geo_bounds").with(SCALAR, "wrap_longitude"));
    all.put("geo_centroid", values("geo_centroid"));
    for (String type : new String[] {"geohash_grid", "geotile_grid", "geohex_grid"}) {
      all.put(
          type, values(type).with(SCALAR, "precision", "size", "shard_size").with(DATA, "bounds"));
    }
  }

  private static ObjectRule pipeline(String type) {
    return ObjectRule.of(type).with(DATA, "buckets_path").with(SCALAR, "gap_policy", "format");
  }

  private static void pipelinesOfBuckets(Map<String, Rule> all) {
    for (String of : new String[] {"avg", "sum", "min", "max", "stats"}) {
      all.put(of + "_bucket", pipeline(of + "_bucket"));
    }
    all.put("extended_stats_bucket", pipeline("extended_stats_bucket").with(SCALAR, "sigma"));
    all.put(
        "percentiles_bucket",
        pipeline("percentiles_bucket").with(DATA, "percents").with(SCALAR, "keyed"));
  }

  private static void pipelines(Map<String, Rule> all) {
    all.put("derivative", pipeline("derivative").with(SCALAR, "unit"));
    all.put("cumulative_sum", pipeline("cumulative_sum"));
    all.put("serial_diff", pipeline("serial_diff").with(SCALAR, "lag"));
    all.put(
        "moving_avg",
        pipeline("moving_avg")
            .with(SCALAR, "model", "window", "predict", "minimize")
            .with(DATA, "settings"));
    all.put(
        "moving_fn", pipeline("moving_fn").with(SCALAR, "window", "shift").with(SCRIPT, "script"));
    all.put("bucket_script", pipeline("bucket_script").with(SCRIPT, "script"));
    all.put("bucket_selector", pipeline("bucket_selector").with(SCRIPT, "script"));
    all.put(
        "bucket_sort",
        ObjectRule.of("bucket_sort").with(DATA, "sort").with(SCALAR, "from", "size", "gap_policy"));
  }

  private static void refused(Map<String, Rule> all) {
    all.put(
        "global",
        Rules.sharedRefused("it leaves the query out and sees all tenants' documents", DATA));
    String joins = "parents and children are found by ids that tenants can choose. Use [nested]";
    for (String type : new String[] {"children", "parent"}) {
      all.put(type, Rules.sharedRefused(joins, ObjectRule.of(type).with(SCALAR, "type")));
    }
    Rule scripts =
        ObjectRule.of("scripted_metric")
            .with(SCRIPT, "init_script", "map_script", "combine_script", "reduce_script")
            .with(DATA, "params");
    all.put("scripted_metric", Rules.sharedRefused("use the other aggregations", scripts));
  }

  /// Only a whole number of 1 or more: the cluster cuts 0.5 down to 0.
  private static void minDocCount(Walk walk) throws Refused {
    SCALAR.walk(walk);
    if (walk.shared() && !walk.text().matches("[1-9][0-9]{0,17}")) {
      throw Refused.isolation(
          "[min_doc_count] is at least 1 at an index that several tenants share, at %s: with 0 all tenants' words would be shown"
              .formatted(walk.where()));
    }
  }

  /// What is frequent in the found documents is compared with the tenant's own documents, not with
  /// those of the whole index.
  private static Rule background(ObjectRule keys) {
    return new FilteredObject("background_filter", keys);
  }
}
