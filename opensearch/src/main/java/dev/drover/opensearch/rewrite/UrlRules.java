package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.rewrite.UrlRule.Value;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/// All parameters of all endpoints, as OpenSearch 2.19 and 3.8 have them (their `Rest…Action`
/// classes). One that is not here is refused.
final class UrlRules {
  private static final String NO_ROUTING =
      "at a shared index the routing keeps tenants apart. Ask the operator for an index of your own";
  private static final String NO_PIPELINE =
      "a pipeline of searches can change what is searched. Leave it out";

  private static final Map<Endpoint, Map<String, UrlRule>> ALL = all();

  private UrlRules() {}

  static Map<String, UrlRule> of(Endpoint endpoint) {
    return ALL.getOrDefault(endpoint, Map.of());
  }

  private static Map<Endpoint, Map<String, UrlRule>> all() {
    Map<Endpoint, Map<String, UrlRule>> all = new EnumMap<>(Endpoint.class);
    for (Endpoint endpoint : Endpoint.values()) {
      Map<String, UrlRule> rules = new TreeMap<>();
      everyEndpoint(rules);
      switch (endpoint) {
        case INFO -> {}
        case HEALTH -> health(rules);
        case DOC_GET, DOC_EXISTS -> get(rules);
        case SOURCE_GET, SOURCE_EXISTS -> getSource(rules);
        case DOC_PUT, DOC_ADD, CREATE -> index(rules);
        case DOC_DELETE -> write(rules);
        case UPDATE -> update(rules);
        case BULK -> bulk(rules);
        case MGET -> mget(rules);
        case SEARCH -> search(rules);
        case MSEARCH -> msearch(rules);
        case COUNT -> count(rules);
        case VALIDATE -> validate(rules);
        case EXPLAIN -> explain(rules);
        case DELETE_BY_QUERY, UPDATE_BY_QUERY -> byQuery(rules);
        case SCROLL, SCROLL_DELETE, PIT_CREATE, PIT_DELETE -> contexts(endpoint, rules);
        case REFRESH -> indices(rules);
        case MAPPING_GET, MAPPING_PUT, SETTINGS_GET -> ofIndex(endpoint, rules);
        case INDEX_CREATE, INDEX_DELETE, INDEX_EXISTS, INDEX_GET -> ofIndex(endpoint, rules);
        case FIELD_CAPS -> fieldCaps(rules);
        case TERMVECTORS -> termVectors(rules);
        case ANALYZE -> body(rules);
      }
      all.put(endpoint, Collections.unmodifiableMap(rules));
    }
    return Collections.unmodifiableMap(all);
  }

  private static void put(Map<String, UrlRule> to, UrlRule rule, String... names) {
    for (String name : names) {
      to.put(name, rule);
    }
  }

  private static void everyEndpoint(Map<String, UrlRule> to) {
    put(to, UrlRule.handled(), "pretty", "filter_path");
    put(to, UrlRule.pass(), "human");
    put(to, UrlRule.handled(Value.JSON), "format");
    put(
        to,
        UrlRule.ownClusterOnly("a stack trace names the cluster's own indices and nodes"),
        "error_trace");
  }

  private static void body(Map<String, UrlRule> to) {
    put(to, UrlRule.handled(), "source", "source_content_type");
  }

  private static void indices(Map<String, UrlRule> to) {
    put(
        to,
        UrlRule.pass(),
        "ignore_unavailable",
        "allow_no_indices",
        "expand_wildcards",
        "ignore_throttled");
  }

  private static void routing(Map<String, UrlRule> to) {
    put(to, UrlRule.notShared(NO_ROUTING), "routing");
  }

  private static void preference(Map<String, UrlRule> to) {
    put(to, UrlRule.pass(Value.PREFERENCE), "preference");
  }

  private static void queryInUrl(Map<String, UrlRule> to) {
    put(
        to,
        UrlRule.handled(),
        "q",
        "df",
        "analyzer",
        "analyze_wildcard",
        "default_operator",
        "lenient");
  }

  private static void source(Map<String, UrlRule> to) {
    put(to, UrlRule.pass(), "_source", "_source_includes", "_source_excludes");
  }

  private static void health(Map<String, UrlRule> to) {
    put(to, UrlRule.handled(), "timeout", "cluster_manager_timeout", "master_timeout", "local");
    put(to, UrlRule.handled(), "expand_wildcards");
    put(
        to,
        UrlRule.handled("the gateway does not wait: it says [timed_out] at once"),
        "wait_for_status",
        "wait_for_active_shards",
        "wait_for_events",
        "wait_for_no_relocating_shards",
        "wait_for_no_initializing_shards");
    put(to, UrlRule.handled(Value.CLUSTER_LEVEL), "level");
    put(
        to,
        UrlRule.refused("the gateway answers for itself, and has no nodes"),
        "wait_for_nodes",
        "awareness_attribute",
        "ensure_node_weighed_in");
  }

  private static void getSource(Map<String, UrlRule> to) {
    routing(to);
    preference(to);
    source(to);
    put(to, UrlRule.pass(), "refresh", "realtime");
  }

  private static void get(Map<String, UrlRule> to) {
    getSource(to);
    put(to, UrlRule.pass(), "version", "version_type");
    put(to, UrlRule.pass(Value.FIELDS), "stored_fields");
  }

  private static void write(Map<String, UrlRule> to) {
    routing(to);
    put(
        to,
        UrlRule.pass(),
        "refresh",
        "timeout",
        "wait_for_active_shards",
        "version",
        "version_type");
    put(to, UrlRule.handled(), "if_seq_no", "if_primary_term");
  }

  private static void pipelineAndAlias(Map<String, UrlRule> to) {
    put(to, UrlRule.pass(Value.NO_PIPELINE), "pipeline");
    put(
        to,
        UrlRule.ownClusterOnly("the names that you give to indices are no aliases of the cluster"),
        "require_alias");
  }

  private static void index(Map<String, UrlRule> to) {
    write(to);
    pipelineAndAlias(to);
    put(to, UrlRule.pass(), "op_type");
  }

  private static void update(Map<String, UrlRule> to) {
    write(to);
    source(to);
    pipelineAndAlias(to);
    to.remove("pipeline");
    put(to, UrlRule.pass(), "retry_on_conflict", "doc_as_upsert");
  }

  private static void bulk(Map<String, UrlRule> to) {
    routing(to);
    source(to);
    pipelineAndAlias(to);
    put(to, UrlRule.pass(), "refresh", "timeout", "wait_for_active_shards");
    put(to, UrlRule.handled(), "batch_size");
  }

  private static void mget(Map<String, UrlRule> to) {
    body(to);
    routing(to);
    preference(to);
    source(to);
    put(to, UrlRule.pass(), "refresh", "realtime");
    put(to, UrlRule.pass(Value.FIELDS), "stored_fields");
  }

  private static void search(Map<String, UrlRule> to) {
    body(to);
    indices(to);
    routing(to);
    preference(to);
    queryInUrl(to);
    source(to);
    put(
        to,
        UrlRule.pass(),
        "from",
        "size",
        "timeout",
        "terminate_after",
        "version",
        "seq_no_primary_term",
        "track_scores",
        "track_total_hits",
        "stats",
        "search_type",
        "request_cache",
        "batched_reduce_size",
        "pre_filter_shard_size",
        "max_concurrent_shard_requests",
        "allow_partial_search_results",
        "phase_took",
        "ccs_minimize_roundtrips",
        "cancel_after_time_interval",
        "include_named_queries_score",
        "rest_total_hits_as_int",
        "typed_keys");
    put(to, UrlRule.handled(), "scroll");
    put(to, UrlRule.pass(Value.SORT), "sort");
    put(to, UrlRule.pass(Value.FIELDS), "stored_fields", "docvalue_fields");
    put(to, UrlRule.pass(Value.FALSE), "explain");
    put(to, UrlRule.ownClusterOnly(NO_PIPELINE), "search_pipeline", "verbose_pipeline");
    put(
        to,
        UrlRule.notShared("a suggester reads the words of all tenants' documents"),
        "suggest_field",
        "suggest_text",
        "suggest_size",
        "suggest_mode");
  }

  private static void msearch(Map<String, UrlRule> to) {
    put(
        to,
        UrlRule.pass(),
        "max_concurrent_searches",
        "max_concurrent_shard_requests",
        "pre_filter_shard_size",
        "cancel_after_time_interval",
        "ccs_minimize_roundtrips",
        "search_type",
        "rest_total_hits_as_int",
        "typed_keys");
    indices(to);
    routing(to);
    put(to, UrlRule.ownClusterOnly(NO_PIPELINE), "search_pipeline");
  }

  private static void count(Map<String, UrlRule> to) {
    body(to);
    indices(to);
    routing(to);
    preference(to);
    queryInUrl(to);
    put(to, UrlRule.pass(), "min_score", "terminate_after");
  }

  private static void validate(Map<String, UrlRule> to) {
    body(to);
    indices(to);
    queryInUrl(to);
    put(to, UrlRule.pass(), "all_shards");
    put(to, UrlRule.pass(Value.FALSE), "explain", "rewrite");
  }

  private static void explain(Map<String, UrlRule> to) {
    body(to);
    routing(to);
    preference(to);
    queryInUrl(to);
    source(to);
    put(to, UrlRule.pass(Value.FIELDS), "stored_fields");
  }

  private static void byQuery(Map<String, UrlRule> to) {
    body(to);
    routing(to);
    queryInUrl(to);
    put(
        to,
        UrlRule.handled(),
        "conflicts",
        "max_docs",
        "size",
        "scroll",
        "scroll_size",
        "search_timeout",
        "slices",
        "requests_per_second",
        "refresh",
        "timeout",
        "wait_for_active_shards",
        "ignore_unavailable",
        "allow_no_indices",
        "expand_wildcards",
        "request_cache",
        "search_type",
        "version",
        "stats");
    put(to, UrlRule.handled(Value.PREFERENCE), "preference");
    put(to, UrlRule.handled(Value.TRUE), "wait_for_completion");
    put(to, UrlRule.handled(Value.NO_PIPELINE), "pipeline");
    put(
        to,
        UrlRule.refused("Drover takes the documents in an order of its own. Use [max_docs] alone"),
        "sort",
        "from",
        "terminate_after",
        "_source",
        "_source_includes",
        "_source_excludes");
  }

  private static void contexts(Endpoint endpoint, Map<String, UrlRule> to) {
    if (endpoint == Endpoint.SCROLL || endpoint == Endpoint.SCROLL_DELETE) {
      body(to);
      put(to, UrlRule.handled(), "scroll_id");
    }
    if (endpoint == Endpoint.SCROLL) {
      put(to, UrlRule.handled(), "scroll");
      put(to, UrlRule.pass(), "rest_total_hits_as_int");
    }
    if (endpoint == Endpoint.PIT_CREATE) {
      indices(to);
      routing(to);
      preference(to);
      put(to, UrlRule.pass(), "keep_alive", "allow_partial_pit_creation");
    }
  }

  private static void ofIndex(Endpoint endpoint, Map<String, UrlRule> to) {
    put(to, UrlRule.pass(), "cluster_manager_timeout", "master_timeout");
    if (endpoint != Endpoint.INDEX_CREATE) {
      indices(to);
    }
    if (endpoint.methods().contains("GET") || endpoint == Endpoint.INDEX_EXISTS) {
      put(to, UrlRule.pass(), "local");
      if (endpoint != Endpoint.MAPPING_GET) {
        put(to, UrlRule.pass(), "include_defaults", "flat_settings");
      }
    } else {
      put(to, UrlRule.pass(), "timeout");
    }
    if (endpoint == Endpoint.INDEX_CREATE) {
      put(to, UrlRule.pass(), "wait_for_active_shards");
    }
    if (endpoint == Endpoint.MAPPING_PUT) {
      put(to, UrlRule.pass(), "write_index_only");
    }
  }

  private static void fieldCaps(Map<String, UrlRule> to) {
    body(to);
    indices(to);
    put(to, UrlRule.pass(), "fields", "include_unmapped");
  }

  private static void termVectors(Map<String, UrlRule> to) {
    body(to);
    routing(to);
    preference(to);
    put(to, UrlRule.pass(Value.FIELDS), "fields");
    put(
        to,
        UrlRule.pass(),
        "offsets",
        "positions",
        "payloads",
        "realtime",
        "version",
        "version_type");
    put(to, UrlRule.pass(Value.FALSE), "term_statistics", "field_statistics");
  }
}
