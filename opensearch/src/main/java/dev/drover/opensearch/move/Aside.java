package dev.drover.opensearch.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.Kept;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.AsideIndex;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import dev.drover.opensearch.wire.JsonText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a move has set aside at a home, in the index `drover-aside-MOVE`: each document with the
/// names by which clients know it.
final class Aside {
  private static final String SHAPE =
      """
      {"settings":{"number_of_shards":1,"auto_expand_replicas":"0-1","index.hidden":true},
       "mappings":{"dynamic":"strict","properties":{
         "index":{"type":"keyword","index":false},"id":{"type":"keyword","index":false,"doc_values":false},
         "routing":{"type":"keyword","index":false,"doc_values":false},
         "why":{"type":"keyword","index":false},"source":{"type":"object","enabled":false}}}}
      """;
  private static final int NAMES_MAX = 100;

  private final Place at;
  private final Place owner;
  private final Fence ownerFence;
  private final OpenSearchMoverOptions options;
  private final Progress progress;
  private final String index;

  Aside(
      MoveId move,
      Place at,
      Place owner,
      Fence ownerFence,
      OpenSearchMoverOptions options,
      Progress progress) {
    this.at = at;
    this.owner = owner;
    this.ownerFence = ownerFence;
    this.options = options;
    this.progress = progress;
    this.index = AsideIndex.of(move);
  }

  private String path() {
    return "/" + HomeClient.escaped(index);
  }

  /// Sets all documents of the tenant aside; they stay where they are, too.
  void all(String why) throws HomeFailure, MoverException, InterruptedException {
    List<String> names = at.indices().values().stream().map(IndexLook::name).toList();
    at.refresh(names);
    for (Map.Entry<String, Shards> each : Shards.look(at.client(), names).entrySet()) {
      for (int shard : at.shards(each.getKey())) {
        shard(each.getKey(), shard, -1, each.getValue().of().get(shard).global(), why);
      }
    }
  }

  /// Sets those of one shard aside that were changed after one `_seq_no` and up to another.
  void shard(String from, int shard, long after, long upTo, String why)
      throws HomeFailure, MoverException, InterruptedException {
    ShardReader reader =
        new ShardReader(
            at.client(), new ShardReader.Range(from, shard, at.only(), after, upTo, true), options);
    try {
      while (!reader.done()) {
        List<Doc> docs = reader.next();
        if (!docs.isEmpty()) {
          put(from, docs, why);
          progress.count(docs.size(), 0);
          progress.tell();
        }
      }
    } finally {
      reader.release();
    }
  }

  private void put(String from, List<Doc> docs, String why)
      throws HomeFailure, MoverException, InterruptedException {
    Memory.make(at.client(), HomeClient.escaped(index), SHAPE);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    Translation names = new Translation(at, at);
    for (Doc doc : docs) {
      Optional<String> id = at.documents().called(doc.id());
      if (id.isEmpty()) {
        continue;
      }
      String logical = at.locator().called(from).orElse(from);
      String routing = at.shared() ? null : doc.routing();
      StringBuilder head = new StringBuilder("{\"index\":{\"_id\":");
      JsonText.quoted(head, name(logical, id.get(), String.valueOf(routing)));
      JsonText.quoted(head.append("}}\n{\"index\":"), logical);
      JsonText.quoted(head.append(",\"id\":"), id.get());
      if (routing != null) {
        JsonText.quoted(head.append(",\"routing\":"), routing);
      }
      JsonText.quoted(head.append(",\"why\":"), why).append(",\"source\":");
      lines.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
      Source.line(lines, names.clientDoc(doc));
      lines.writeBytes("}\n".getBytes(StandardCharsets.UTF_8));
    }
    if (lines.size() > 0) {
      JsonNode answer =
          at.client()
              .done("POST", path() + "/_bulk?pipeline=_none&refresh=true", lines.toByteArray())
              .json();
      if (answer.path("errors").asBoolean()) {
        throw HomeFailure.answered(
            at.home(), 503, "not_set_aside", "a document could not be set aside: " + answer);
      }
    }
  }

  /// Of a document set aside, so that it is there once however often this is done.
  private static String name(String logical, String id, String routing) {
    return HexFormat.of()
        .formatHex(
            Canon.sha256(
                (logical.length() + ":" + logical + id.length() + ":" + id + routing)
                    .getBytes(StandardCharsets.UTF_8)));
  }

  /// What stands aside.
  ///
  /// @param strays whether it may have been written after the last tail
  Kept kept(boolean strays) throws HomeFailure, InterruptedException {
    Optional<JsonNode> found =
        at.client()
            .find(
                path()
                    + "/_search?preference=_primary&allow_partial_search_results=false&size=%d&track_total_hits=true&_source=index,id,why"
                        .formatted(NAMES_MAX));
    if (found.isEmpty()) {
      return Kept.NOTHING;
    }
    JsonNode hits = found.get().path("hits");
    List<String> names = new ArrayList<>();
    String why = "";
    for (JsonNode hit : hits.path("hits")) {
      JsonNode source = hit.path("_source");
      names.add(source.path("index").asString("") + "/" + source.path("id").asString(""));
      why = source.path("why").asString("");
    }
    long items = hits.path("total").path("value").asLong();
    return items == 0 ? Kept.NOTHING : new Kept(at.home().id(), strays, why, items, names);
  }

  void drop() throws HomeFailure, InterruptedException {
    Answer answer = at.client().ask("DELETE", path(), new byte[0]);
    if (!answer.ok() && answer.status() != 404) {
      throw answer.failure();
    }
  }

  /// Brings what stands aside to where the tenant is now, under the fence there.
  ///
  /// @param replace whether over what the tenant holds there; otherwise that stays aside
  void bring(boolean replace) throws HomeFailure, MoverException, InterruptedException {
    Map<String, Shards> there = Shards.look(at.client(), List.of(index));
    Shards shards = there.get(index);
    if (shards == null) {
      return;
    }
    ShardReader reader =
        new ShardReader(
            at.client(),
            new ShardReader.Range(
                index, 0, Optional.empty(), -1, shards.of().getFirst().global(), true),
            options);
    try {
      while (!reader.done()) {
        for (Doc doc : reader.next()) {
          if (bring(doc, replace)) {
            Answer _ =
                at.client()
                    .done(
                        "DELETE",
                        path() + "/_doc/" + HomeClient.escaped(doc.id()) + "?refresh=true",
                        new byte[0]);
          }
        }
      }
    } finally {
      reader.release();
    }
    if (kept(false).nothing()) {
      drop();
    }
  }

  /// @return empty if it cannot be kept there
  private Optional<JsonNode> forOwner(JsonNode source) {
    Optional<String> field = owner.locator().field();
    if (field.isEmpty()) {
      return Optional.of(source);
    }
    return source.has(field.get())
        ? Optional.empty()
        : Optional.of(((ObjectNode) source).put(field.get(), owner.tenant()));
  }

  /// @return false if it stays aside
  private boolean bring(Doc doc, boolean replace)
      throws HomeFailure, MoverException, InterruptedException {
    JsonNode kept = Json.MAPPER.readTree(doc.body(), doc.from(), doc.bytes());
    String logical = kept.path("index").asString();
    Optional<String> target = owner.locator().atHome(logical);
    if (target.isEmpty()) {
      return false;
    }
    JsonNode routing = kept.path("routing");
    ObjectNode action = Json.MAPPER.createObjectNode();
    ObjectNode op =
        action
            .putObject(replace ? "index" : "create")
            .put("_index", ownerFence.alias(target.get()))
            .put("_id", owner.documents().atHome(kept.path("id").asString()))
            .put("require_alias", true);
    if (!owner.shared() && routing.isString()) {
      op.put("routing", routing.asString());
    }
    owner.documents().routing().ifPresent(all -> op.put("routing", all));
    Optional<JsonNode> source = forOwner(kept.path("source"));
    if (source.isEmpty()) {
      return false;
    }
    String lines = action + "\n" + source.get() + "\n";
    JsonNode item =
        owner
            .client()
            .marked(ownerFence.mark())
            .call("POST", "/_bulk?pipeline=_none&refresh=true", lines)
            .path("items")
            .path(0)
            .path(replace ? "index" : "create");
    JsonNode error = item.path("error");
    String type = error.path("type").asString("");
    if (type.equals("version_conflict_engine_exception")) {
      return false;
    }
    if (type.equals("index_not_found_exception")) {
      ownerFence.check();
      throw ownerFence.lost();
    }
    if (!error.isMissingNode()) {
      throw HomeFailure.answered(
          owner.home(), item.path("status").asInt(), type, error.path("reason").asString(""));
    }
    return true;
  }
}
