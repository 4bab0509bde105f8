package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Deletes documents, each only if it is still in the state that was seen.
final class StateDeletes {
  private StateDeletes() {}

  static void send(HomeClient client, Fence fence, String index, List<Doc> docs)
      throws HomeFailure, MoverException, InterruptedException {
    if (docs.isEmpty()) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    String alias = fence.alias(index);
    for (Doc doc : docs) {
      JsonText.quoted(lines.append("{\"delete\":{\"_index\":"), alias);
      JsonText.quoted(lines.append(",\"_id\":"), doc.id());
      if (doc.routing() != null) {
        JsonText.quoted(lines.append(",\"routing\":"), doc.routing());
      }
      lines
          .append(",\"if_seq_no\":")
          .append(doc.seqNo())
          .append(",\"if_primary_term\":")
          .append(doc.primaryTerm())
          .append("}}\n");
    }
    JsonNode answer =
        client
            .marked(fence.mark())
            .done("POST", "/_bulk", lines.toString().getBytes(StandardCharsets.UTF_8))
            .json();
    for (JsonNode item : answer.path("items")) {
      check(client, fence, item.path("delete"));
    }
  }

  /// A document that is gone or was changed is looked at again in the next round.
  private static void check(HomeClient client, Fence fence, JsonNode item)
      throws HomeFailure, MoverException, InterruptedException {
    JsonNode error = item.path("error");
    String type = error.path("type").asString("");
    if (error.isMissingNode() || type.equals("version_conflict_engine_exception")) {
      return;
    }
    if (type.equals("index_not_found_exception")) {
      fence.check();
      throw fence.lost();
    }
    throw HomeFailure.answered(
        client.home(), item.path("status").asInt(), type, error.path("reason").asString(""));
  }
}
