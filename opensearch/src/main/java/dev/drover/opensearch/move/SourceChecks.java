package dev.drover.opensearch.move;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What speaks against taking a tenant's documents from where they are.
final class SourceChecks {
  /// A version beyond it leaves no room for the writes to come.
  private static final long VERSION_MAX = Long.MAX_VALUE - (1L << 32);

  /// How many routed ids are compared between shards at most.
  private static final int ROUTED_MAX = 200_000;

  private static final int PAGE = 10_000;

  private final Place from;
  private final Place to;
  private final Findings findings;

  SourceChecks(Place from, Place to, Findings findings) {
    this.from = from;
    this.to = to;
    this.findings = findings;
  }

  void check(IndexLook index) {
    String name = "index '%s' of %s".formatted(index.name(), from.home());
    if (index.closed()) {
      findings.refuse("source-open", name + " is closed, so nothing can be read. Open it");
    }
    if (!index.blocks().isEmpty()) {
      findings.refuse(
          "source-blocks",
          "%s has %s set, so clients are refused, or Drover is. Lift that first"
              .formatted(name, String.join(", ", index.blocks())));
    }
    JsonNode source = index.mappings().path("_source");
    boolean off =
        source.path("enabled").asString("true").equals("false")
            || !source.path("includes").isEmpty()
            || !source.path("excludes").isEmpty();
    if (off || index.setting("index.derived_source.enabled").equals("true")) {
      findings.refuse(
          "source-whole",
          name
              + " does not keep documents as clients have written them (_source is off, or filtered, or derived). They cannot be copied. Index them anew into one that does");
    }
    if (!index.setting("index.default_pipeline").isEmpty()
        || !index.setting("index.final_pipeline").isEmpty()) {
      findings.warn(
          "source-pipeline",
          name
              + " has an ingest pipeline. A move does not take pipelines along: clients' writes are not changed by it at the target any more. Set one there after the move, if there shall be one");
    }
    if (to.shared()) {
      joins(index, index.mappings(), name);
    }
  }

  /// Fields that reach over to other documents of the shard.
  private void joins(IndexLook index, JsonNode mappings, String name) {
    for (Map.Entry<String, JsonNode> field : mappings.path("properties").properties()) {
      String type = field.getValue().path("type").asString("object");
      if (type.equals("join") || type.equals("percolator")) {
        findings.refuse(
            "field-type",
            "%s has field '%s' of type '%s', which would reach other tenants' documents at a shared index. Move the tenant to indices of its own"
                .formatted(name, field.getKey(), type));
      }
      joins(index, field.getValue(), name);
    }
  }

  /// Looks at the documents themselves.
  void documents(List<String> indices) throws HomeFailure, InterruptedException {
    for (String index : indices) {
      from.refresh(List.of(index));
      if (!from.shared()) {
        routed(index);
      }
    }
    if (!indices.isEmpty()) {
      versions(indices);
    }
  }

  private void routed(String index) throws HomeFailure, InterruptedException {
    long routed =
        from.client()
            .call(
                "POST",
                "/" + Place.names(List.of(index)) + "/_count",
                "{\"query\":{\"exists\":{\"field\":\"_routing\"}}}")
            .path("count")
            .asLong();
    if (routed == 0) {
      return;
    }
    if (to.shared()) {
      findings.refuse(
          "routing",
          "%,d documents of index '%s' have a routing that clients gave them. It cannot be kept at a shared index. Move the tenant to indices of its own"
              .formatted(routed, index));
      return;
    }
    twice(index, routed);
  }

  /// One id under two routings is two documents here, and one or two at the target.
  private void twice(String index, long routed) throws HomeFailure, InterruptedException {
    if (routed > ROUTED_MAX) {
      findings.warn(
          "routing-twice",
          "index '%s' has %,d documents with a routing, too many to look for ids that stand there under two. If there are such, the comparison before the flip ends the move"
              .formatted(index, routed));
      return;
    }
    Set<String> ids = new HashSet<>();
    List<String> twice = new ArrayList<>();
    String after = "";
    while (true) {
      ObjectNode query = Json.MAPPER.createObjectNode();
      query.put("size", PAGE).put("_source", false).put("track_total_hits", false);
      query.putObject("query").putObject("exists").put("field", "_routing");
      query.putArray("sort").add("_id");
      if (!after.isEmpty()) {
        query.putArray("search_after").add(after);
      }
      JsonNode hits =
          from.client()
              .call("POST", "/" + Place.names(List.of(index)) + "/_search", query.toString())
              .path("hits")
              .path("hits");
      for (JsonNode hit : hits) {
        after = hit.path("_id").asString();
        if (!ids.add(after)) {
          twice.add(after);
        }
      }
      if (hits.size() < PAGE) {
        break;
      }
    }
    if (!twice.isEmpty()) {
      findings.refuse(
          "routing-twice",
          "index '%s' holds %,d ids more than once, under different routings (one is '%s'). Copies of them could overwrite each other. Delete one of each"
              .formatted(index, twice.size(), twice.getFirst()));
    }
  }

  /// A document with the highest version, and one with the longest id, by sorting.
  private void versions(List<String> indices) throws HomeFailure, InterruptedException {
    ObjectNode query = Json.MAPPER.createObjectNode();
    query.put("size", 0);
    from.only()
        .ifPresent(
            only -> query.putObject("query").putObject("term").put(only.field(), only.value()));
    query.putObject("aggs").putObject("v").putObject("max").put("field", "_version");
    double max =
        from.client()
            .call("POST", "/" + Place.names(indices) + "/_search", query.toString())
            .path("aggregations")
            .path("v")
            .path("value")
            .asDouble(0);
    if (max > VERSION_MAX) {
      findings.refuse(
          "version-numbers",
          "tenant '%s' has a document with the version %.0f. Versions end soon after that, and writes would fail. Write such documents anew under another id"
              .formatted(from.tenant(), max));
    }
  }

  /// Whether an id fits at the target.
  static boolean fits(Place to, String clientId) {
    return to.documents().atHome(clientId).getBytes(StandardCharsets.UTF_8).length
        <= Documents.ID_BYTES_MAX;
  }
}
