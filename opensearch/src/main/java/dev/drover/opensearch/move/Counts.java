package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.Collection;
import tools.jackson.databind.node.ObjectNode;

/// Counts a tenant's documents.
final class Counts {
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

  /// As many as a search finds.
  ///
  /// @param indices as one segment of a path
  static long matching(HomeClient client, String indices, ObjectNode query)
      throws HomeFailure, InterruptedException {
    return client.call("POST", "/" + indices + "/_count", query.toString()).path("count").asLong();
  }
}
