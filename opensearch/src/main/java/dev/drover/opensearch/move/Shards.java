package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// How far the primaries of one index's shards are.
///
/// @param uuid of the index
/// @param of by shard
record Shards(String uuid, List<Shard> of) {
  /// @param max the highest `_seq_no` that was given out
  /// @param local up to here all is done at the primary
  /// @param global up to here all is done at every copy
  /// @param history as [CopyState#history]
  record Shard(long max, long local, long global, String history) {
    /// Whether nothing is under way.
    boolean quiet() {
      return max == local && local == global;
    }
  }

  /// Of several indices, by name. An index that is not there is not in it.
  static Map<String, Shards> look(HomeClient client, Collection<String> indices)
      throws HomeFailure, InterruptedException {
    if (indices.isEmpty()) {
      return Map.of();
    }
    String names = Place.names(indices);
    JsonNode all =
        client
            .get("/%s/_stats/docs?level=shards&ignore_unavailable=true".formatted(names))
            .path("indices");
    Map<String, Shards> found = new HashMap<>();
    for (String index : indices) {
      JsonNode one = all.path(index);
      if (!one.isMissingNode()) {
        found.put(index, read(client, index, one));
      }
    }
    return found;
  }

  private static Shards read(HomeClient client, String index, JsonNode one) throws HomeFailure {
    JsonNode shards = one.path("shards");
    List<Shard> of = new ArrayList<>();
    for (int i = 0; i < shards.size(); i++) {
      of.add(primary(client, index, i, shards.path(Integer.toString(i))));
    }
    return new Shards(one.path("uuid").asString(), of);
  }

  private static Shard primary(HomeClient client, String index, int shard, JsonNode copies)
      throws HomeFailure {
    for (JsonNode copy : copies) {
      JsonNode seq = copy.path("seq_no");
      if (copy.path("routing").path("primary").asBoolean() && !seq.isMissingNode()) {
        return new Shard(
            seq.path("max_seq_no").asLong(),
            seq.path("local_checkpoint").asLong(),
            seq.path("global_checkpoint").asLong(),
            CopyState.history(
                copy.path("commit").path("user_data").path("history_uuid").asString("")));
      }
    }
    throw HomeFailure.answered(
        client.home(),
        503,
        "no_primary",
        "shard %d of index '%s' has no primary right now".formatted(shard, index));
  }
}
