package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.Collection;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Counts a tenant's documents.
final class Counts {
  private static final int UNAVAILABLE = 503;

  private Counts() {}

  /// As many as there are now, also those that no search would find yet.
  static long of(Place at, Collection<String> indices) throws HomeFailure, InterruptedException {
    if (indices.isEmpty()) {
      return 0;
    }
    at.refresh(indices);
    ObjectNode query = Json.MAPPER.createObjectNode();
    at.only()
        .ifPresent(
            only -> query.putObject("query").putObject("term").put(only.field(), only.value()));
    return matching(at.client(), Place.names(indices), query);
  }

  /// As many as a search of the primaries finds. Replicas may lag behind them.
  ///
  /// @param indices as one segment of a path
  static long matching(HomeClient client, String indices, ObjectNode query)
      throws HomeFailure, InterruptedException {
    JsonNode answer =
        client.call("POST", "/" + indices + "/_count?preference=_primary", query.toString());
    if (answer.path("_shards").path("failed").asInt() > 0) {
      throw HomeFailure.answered(
          client.home(), UNAVAILABLE, "count_failed", "not every shard has counted: " + answer);
    }
    return answer.path("count").asLong();
  }
}
