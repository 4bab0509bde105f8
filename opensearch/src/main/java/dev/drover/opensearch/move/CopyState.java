package dev.drover.opensearch.move;

import dev.drover.core.EngineState;
import dev.drover.opensearch.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far a move has come, as its record keeps it.
///
/// @param making whether the target may have been changed
/// @param blocking whether the source may have been blocked by this move
/// @param indices of the source, each with what has been copied of it
record CopyState(boolean making, boolean blocking, List<Copied> indices) {
  static final CopyState NONE = new CopyState(false, false, List.of());
  private static final int VERSION = 1;

  /// Enough to tell one history of a shard from another one.
  private static final int HISTORY_CHARS = 6;

  CopyState {
    indices = List.copyOf(indices);
  }

  /// What has been copied of one index.
  ///
  /// @param uuid of the index: another one of this name has another
  /// @param upTo for each shard the `_seq_no` up to which all changes are at the target, -1 for
  ///   none
  /// @param histories for each shard how its history begins to be called; it changes when the
  ///   cluster has lost a part of it
  record Copied(String name, String uuid, List<Long> upTo, List<String> histories) {
    Copied {
      upTo = List.copyOf(upTo);
      histories = List.copyOf(histories);
    }
  }

  static String history(String uuid) {
    return uuid.substring(0, Math.min(HISTORY_CHARS, uuid.length()));
  }

  Optional<Copied> of(String index) {
    return indices.stream().filter(each -> each.name().equals(index)).findFirst();
  }

  static CopyState read(EngineState state) {
    return state.none() ? NONE : read(Json.MAPPER.readTree(state.text()));
  }

  static CopyState read(JsonNode json) {
    List<Copied> indices = new ArrayList<>();
    for (JsonNode each : json.path("i")) {
      List<Long> upTo = new ArrayList<>();
      each.path("g").forEach(seq -> upTo.add(seq.asLong()));
      List<String> histories = new ArrayList<>();
      each.path("h").forEach(history -> histories.add(history.asString()));
      indices.add(
          new Copied(each.path("n").asString(), each.path("u").asString(), upTo, histories));
    }
    return new CopyState(json.path("m").asBoolean(), json.path("b").asBoolean(), indices);
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("m", making).put("b", blocking);
    ArrayNode all = json.putArray("i");
    for (Copied each : indices) {
      ObjectNode one = all.addObject().put("n", each.name()).put("u", each.uuid());
      ArrayNode seqs = one.putArray("g");
      each.upTo().forEach(seqs::add);
      ArrayNode histories = one.putArray("h");
      each.histories().forEach(histories::add);
    }
    return json;
  }

  EngineState written() {
    return new EngineState(VERSION, json().toString());
  }
}
