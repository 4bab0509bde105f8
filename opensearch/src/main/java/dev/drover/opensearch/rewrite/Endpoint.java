package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Decision.HANDLED;
import static dev.drover.opensearch.rewrite.Decision.PASS;
import static dev.drover.opensearch.rewrite.Decision.REFUSE;
import static dev.drover.opensearch.rewrite.Decision.REWRITE;
import static dev.drover.opensearch.rewrite.Decision.SWITCH;

import dev.drover.opensearch.tenant.Locator;
import java.util.List;

/// What a client can ask for. Anything else is refused at every placement, because a move and a
/// fence have to know what a request does.
public enum Endpoint {
  INFO("GET HEAD", "/", HANDLED, HANDLED, HANDLED),
  HEALTH("GET", "/_cluster/health /_cluster/health/{index}", HANDLED, HANDLED, HANDLED),
  DOC_GET("GET", "/{index}/_doc/{id}", REWRITE, PASS, PASS),
  DOC_EXISTS("HEAD", "/{index}/_doc/{id}", REWRITE, PASS, PASS),
  DOC_PUT("PUT POST", "/{index}/_doc/{id}", REWRITE, PASS, PASS),
  DOC_ADD("POST", "/{index}/_doc", REWRITE, REWRITE, REWRITE),
  DOC_DELETE("DELETE", "/{index}/_doc/{id}", REWRITE, PASS, PASS),
  CREATE("PUT POST", "/{index}/_create/{id}", REWRITE, PASS, PASS),
  SOURCE_GET("GET", "/{index}/_source/{id}", REWRITE, PASS, PASS),
  SOURCE_EXISTS("HEAD", "/{index}/_source/{id}", REWRITE, PASS, PASS),
  UPDATE("POST", "/{index}/_update/{id}", REWRITE, REWRITE, REWRITE),
  BULK("POST PUT", "/_bulk /{index}/_bulk", REWRITE, REWRITE, REWRITE),
  MGET("GET POST", "/_mget /{index}/_mget", REWRITE, REWRITE, REWRITE),
  SEARCH("GET POST", "/_search /{index}/_search", REWRITE, REWRITE, REWRITE),
  MSEARCH("GET POST", "/_msearch /{index}/_msearch", REWRITE, REWRITE, REWRITE),
  COUNT("GET POST", "/{index}/_count", REWRITE, REWRITE, PASS),
  VALIDATE("GET POST", "/{index}/_validate/query", REWRITE, REWRITE, PASS),
  EXPLAIN("GET POST", "/{index}/_explain/{id}", REFUSE, REWRITE, PASS),
  DELETE_BY_QUERY("POST", "/{index}/_delete_by_query", HANDLED, HANDLED, HANDLED),
  UPDATE_BY_QUERY("POST", "/{index}/_update_by_query", HANDLED, HANDLED, HANDLED),
  SCROLL("GET POST", "/_search/scroll /_search/scroll/{id}", REWRITE, REWRITE, REWRITE),
  SCROLL_DELETE("DELETE", "/_search/scroll /_search/scroll/{id}", REWRITE, REWRITE, REWRITE),
  PIT_CREATE("POST", "/{index}/_search/point_in_time", REWRITE, REWRITE, REWRITE),
  PIT_DELETE("DELETE", "/_search/point_in_time", REWRITE, REWRITE, REWRITE),
  REFRESH("GET POST", "/{index}/_refresh", PASS, PASS, PASS),
  MAPPING_GET("GET", "/{index}/_mapping /{index}/_mappings", SWITCH, REWRITE, PASS),
  MAPPING_PUT("PUT POST", "/{index}/_mapping /{index}/_mappings", REFUSE, REWRITE, PASS),
  SETTINGS_GET("GET", "/{index}/_settings /{index}/_settings/{name}", SWITCH, REWRITE, PASS),
  FIELD_CAPS("GET POST", "/{index}/_field_caps", SWITCH, REWRITE, PASS),
  TERMVECTORS(
      "GET POST", "/{index}/_termvectors /{index}/_termvectors/{id}", REWRITE, REWRITE, PASS),
  ANALYZE("GET POST", "/_analyze /{index}/_analyze", REWRITE, REWRITE, PASS),
  INDEX_CREATE("PUT", "/{index}", REFUSE, REWRITE, PASS),
  INDEX_DELETE("DELETE", "/{index}", REFUSE, PASS, PASS),
  INDEX_EXISTS("HEAD", "/{index}", PASS, PASS, PASS),
  INDEX_GET("GET", "/{index}", SWITCH, REWRITE, PASS);

  private final String methods;
  private final String paths;
  private final Decision shared;
  private final Decision index;
  private final Decision cluster;

  Endpoint(String methods, String paths, Decision shared, Decision index, Decision cluster) {
    this.methods = methods;
    this.paths = paths;
    this.shared = shared;
    this.index = index;
    this.cluster = cluster;
  }

  public List<String> methods() {
    return List.of(methods.split(" ", -1));
  }

  /// Their shapes, as `/{index}/_doc/{id}`.
  public List<String> paths() {
    return List.of(paths.split(" ", -1));
  }

  /// What becomes of it where a tenant stands so.
  public Decision at(Locator.Kind kind) {
    return switch (kind) {
      case SHARED -> shared;
      case INDEX -> index;
      case CLUSTER -> cluster;
    };
  }

  /// Whether it may change documents or indices.
  public boolean writes() {
    return switch (this) {
      case DOC_PUT,
          DOC_ADD,
          DOC_DELETE,
          CREATE,
          UPDATE,
          BULK,
          DELETE_BY_QUERY,
          UPDATE_BY_QUERY,
          MAPPING_PUT,
          INDEX_CREATE,
          INDEX_DELETE ->
          true;
      default -> false;
    };
  }

  /// @throws Refused if a tenant that stands so cannot ask for it at all
  public void check(Locator.Kind kind, Switches switches) throws Refused {
    Decision decision = at(kind);
    if (decision == REFUSE || (decision == SWITCH && !switches.mappings())) {
      throw Refused.isolation(
          "[%s] is refused at an index that several tenants share: %s"
              .formatted(paths().getFirst(), why()));
    }
  }

  /// Why it is refused at a shared index, and what to do instead.
  String why() {
    return switch (this) {
      case EXPLAIN ->
          "it shows statistics of all tenants' documents. Ask the operator for an index of your own";
      case MAPPING_PUT, INDEX_CREATE, INDEX_DELETE ->
          "it belongs to all of them. Ask the operator to change it, or for an index of your own";
      case MAPPING_GET, SETTINGS_GET, FIELD_CAPS, INDEX_GET ->
          "it shows the names of all tenants' fields. Ask the operator to allow it";
      default -> "";
    };
  }
}
