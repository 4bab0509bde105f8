package dev.drover.opensearch.gateway;

import dev.drover.opensearch.bulk.BulkBody;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A document that the query of a by-query request has found, as the home calls it, and in which
/// state.
record FoundDocument(String index, String id, @Nullable String routing, long seqNo, long term) {
  static FoundDocument of(JsonNode hit) {
    JsonNode routing = hit.path("_routing");
    return new FoundDocument(
        hit.path("_index").asString(),
        hit.path("_id").asString(),
        routing.isString() ? routing.asString() : null,
        hit.path("_seq_no").asLong(),
        hit.path("_primary_term").asLong());
  }

  /// The line of a `_bulk` by which it is changed, if it is still as it was found.
  String line(boolean update) {
    ObjectNode item = JsonMapper.shared().createObjectNode();
    ObjectNode of = item.putObject(update ? "update" : "delete");
    of.put("_index", index);
    of.put("_id", id);
    if (routing != null) {
      of.put("routing", routing);
    }
    of.put("if_seq_no", seqNo);
    of.put("if_primary_term", term);
    return item + "\n";
  }

  BulkBody.Deletable deletable() {
    return new BulkBody.Deletable(index, id, routing);
  }
}
