package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What speaks against taking a tenant's documents from where they are.
final class SourceChecks {
  /// How many documents of an index are looked at.
  private static final long LOOKED_MAX = 200_000;

  private static final String WINDOW = "index.max_result_window";

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
    if (index.setting(TargetChecks.APPEND_ONLY).equals("true")) {
      findings.refuse(
          "source-append-only",
          "%s only takes new documents without ids (%s), and so would its copy. Take the setting away, or index its documents anew"
              .formatted(name, TargetChecks.APPEND_ONLY));
    }
    if (!readable(index)) {
      findings.refuse(
          "source-window",
          "%s allows answers of %s documents (%s), and a move reads %,d at once. Raise it to that until the move is complete"
              .formatted(
                  name,
                  index.setting(WINDOW),
                  WINDOW,
                  OpenSearchMoverOptions.DEFAULT.pageItemsMax()));
    }
    if (to.shared()) {
      joins(index, index.mappings(), name);
    }
  }

  /// Whether the documents of an index can be asked for as a move does.
  static boolean readable(IndexLook index) {
    String window = index.setting(WINDOW);
    return !index.closed()
        && (window.isEmpty()
            || Integer.parseInt(window) >= OpenSearchMoverOptions.DEFAULT.pageItemsMax());
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

  /// Looks at the documents themselves, without their sources.
  void documents(List<String> indices) throws HomeFailure, MoverException, InterruptedException {
    from.refresh(indices);
    for (Map.Entry<String, Shards> each : Shards.look(from.client(), indices).entrySet()) {
      boolean routed = !from.shared() && routed(each.getKey());
      fielded(each.getKey());
      Set<String> ids = new HashSet<>();
      long seen = 0;
      for (int shard : from.shards(each.getKey())) {
        long upTo = each.getValue().of().get(shard).global();
        seen += shard(each.getKey(), shard, upTo, routed, ids);
        if (seen >= LOOKED_MAX) {
          findings.ok(
              "documents",
              "the first %,d documents of index '%s' were looked at; what cannot be moved among the others ends the move while it copies"
                  .formatted(seen, each.getKey()));
          break;
        }
      }
    }
  }

  /// Whether clients have given documents a routing, and it can be kept.
  private boolean routed(String index) throws HomeFailure, InterruptedException {
    ObjectNode query = Json.MAPPER.createObjectNode();
    query.putObject("query").putObject("exists").put("field", "_routing");
    long routed = Counts.matching(from.client(), HomeClient.escaped(index), query);
    if (routed > 0 && to.shared()) {
      findings.refuse(
          "routing",
          "%,d documents of index '%s' have a routing that clients gave them. It cannot be kept at a shared index. Move the tenant to indices of its own"
              .formatted(routed, index));
      return false;
    }
    return routed > 0;
  }

  /// Whether documents have a field of their own that the target keeps tenants apart by.
  private void fielded(String index) throws HomeFailure, InterruptedException {
    Optional<String> own = to.locator().field();
    if (own.isEmpty() || own.equals(from.locator().field())) {
      return;
    }
    ObjectNode query = Json.MAPPER.createObjectNode();
    ArrayNode filter = query.putObject("query").putObject("bool").putArray("filter");
    filter.addObject().putObject("exists").put("field", own.get());
    from.only()
        .ifPresent(only -> filter.addObject().putObject("term").put(only.field(), only.value()));
    long having = Counts.matching(from.client(), HomeClient.escaped(index), query);
    if (having > 0) {
      findings.refuse(
          "target-field",
          "%,d documents of index '%s' have a field '%s' of their own, and %s keeps tenants apart by a field of that name. Take the field out of them, or name another place"
              .formatted(having, index, own.get(), to));
    }
  }

  /// @param ids those of the shards before, if routings can make two documents of one id
  private long shard(String index, int shard, long upTo, boolean routed, Set<String> ids)
      throws HomeFailure, InterruptedException {
    long seen = 0;
    ShardReader reader =
        new ShardReader(
            from.client(),
            new ShardReader.Range(index, shard, from.only(), -1, upTo, false),
            OpenSearchMoverOptions.DEFAULT);
    try {
      while (!reader.done() && seen < LOOKED_MAX) {
        for (Doc doc : reader.next()) {
          seen++;
          look(index, doc);
          if (routed && !ids.add(doc.id())) {
            findings.once(
                "routing-twice",
                "index '%s' holds id '%s' more than once, under different routings. Copies of such documents could overwrite each other. Delete one of each"
                    .formatted(index, doc.id()));
          }
        }
      }
    } finally {
      reader.release();
    }
    return seen;
  }

  private void look(String index, Doc doc) {
    try {
      Change _ = new Translation(from, to).put(doc);
    } catch (MoverException.Refused e) {
      // Of documents with a routing there is a finding already that counts them.
      if (from.shared() || doc.routing() == null || !to.shared()) {
        findings.once("document", "index '%s': %s".formatted(index, e.getMessage()));
      }
    }
  }
}
