package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private static final Set<String> SERVING = Set.of("STARTED", "RELOCATING");
  private static final String UUID = "index.uuid";
  private static final String COUNT = "index.number_of_shards";

  /// Of several indices, by name. An index that is not there is not in it. Which are there, and of
  /// how many shards, the cluster's state says: the statistics leave out what has no node just now.
  ///
  /// @throws HomeFailure retryable if a primary is away
  static Map<String, Shards> look(HomeClient client, Collection<String> indices)
      throws HomeFailure, InterruptedException {
    if (indices.isEmpty()) {
      return Map.of();
    }
    String names = Place.names(indices);
    JsonNode known =
        client.get(
            "/%s/_settings/%s,%s?flat_settings=true&ignore_unavailable=true"
                .formatted(names, UUID, COUNT));
    JsonNode all =
        client
            .get("/%s/_stats/docs?level=shards&ignore_unavailable=true".formatted(names))
            .path("indices");
    Map<String, Shards> found = new HashMap<>();
    for (String index : indices) {
      JsonNode settings = known.path(index).path("settings");
      if (!settings.isMissingNode()) {
        found.put(index, read(client, index, settings, all.path(index)));
      }
    }
    return found;
  }

  private static Shards read(HomeClient client, String index, JsonNode settings, JsonNode one)
      throws HomeFailure {
    String uuid = settings.path(UUID).asString();
    if (one.has("uuid") && !one.path("uuid").asString().equals(uuid)) {
      throw HomeFailure.answered(
          client.home(),
          503,
          "index_changed",
          "index '%s' was made anew while it was looked at".formatted(index));
    }
    int shards = settings.path(COUNT).asInt();
    List<Shard> of = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      of.add(primary(client, index, i, one.path("shards").path(Integer.toString(i))));
    }
    return new Shards(uuid, of);
  }

  private static Shard primary(HomeClient client, String index, int shard, JsonNode copies)
      throws HomeFailure {
    for (JsonNode copy : copies) {
      JsonNode seq = copy.path("seq_no");
      JsonNode routing = copy.path("routing");
      // One that is being opened has not read all of its changes yet.
      boolean serves = SERVING.contains(routing.path("state").asString());
      if (serves && routing.path("primary").asBoolean() && !seq.isMissingNode()) {
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
