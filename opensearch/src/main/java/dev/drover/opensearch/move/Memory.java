package dev.drover.opensearch.move;

import dev.drover.core.MoveId;
import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a home keeps for Drover, in the index `drover-memory`, which no tenant reaches.
///
/// | id | what it holds |
/// |---|---|
/// | `term:TENANT` | the highest term of a driver that was seen there |
/// | `served:TENANT` | the id of the store by which the tenant was served there |
/// | `copied:MOVE` | at a target: what the source has to show, so that it still holds what was copied |
/// | `settled:MOVE` | at a source: up to where the tenant's changes were brought over in the hold |
final class Memory {
  static final String INDEX = Names.OWN + "memory";
  private static final String SHAPE =
      """
      {"settings":{"number_of_shards":1,"auto_expand_replicas":"0-1","index.hidden":true},
       "mappings":{"dynamic":"strict","properties":{
         "kind":{"type":"keyword"},"name":{"type":"keyword"},"term":{"type":"long"},
         "store":{"type":"keyword"},"state":{"type":"object","enabled":false}}}}
      """;
  private static final int PAGE = 1_000;
  private static final int TRIES_MAX = 20;
  private static final long PAUSE_MILLIS = 50;

  private final HomeClient client;

  Memory(HomeClient client) {
    this.client = client;
  }

  /// Makes an index of Drover's own, if it is not there.
  static void make(HomeClient client, String index, String shape)
      throws HomeFailure, InterruptedException {
    // A cluster that makes no index just now refuses also one that is there.
    if (client.ask("HEAD", "/" + index, new byte[0]).ok()) {
      return;
    }
    Answer answer = client.ask("PUT", "/" + index, shape.getBytes(StandardCharsets.UTF_8));
    if (!answer.ok()) {
      HomeFailure failure = answer.failure();
      if (!failure.type().equals("resource_already_exists_exception")) {
        throw failure;
      }
    }
  }

  void make() throws HomeFailure, InterruptedException {
    make(client, INDEX, SHAPE);
  }

  private static String path(String kind, String name) {
    return "/" + INDEX + "/_doc/" + HomeClient.escaped(kind + ":" + name);
  }

  /// -1 if none was seen.
  long term(String tenant) throws HomeFailure, InterruptedException {
    return client
        .find(path("term", tenant))
        .map(found -> found.path("_source").path("term").asLong(-1))
        .orElse(-1L);
  }

  /// Puts a term there, unless a higher one is.
  ///
  /// @throws MoverException.Fenced if a higher one is
  void raise(String tenant, long term) throws HomeFailure, MoverException, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      Optional<JsonNode> found = found(path("term", tenant));
      long there = found.map(each -> each.path("_source").path("term").asLong()).orElse(-1L);
      if (there == term) {
        return;
      }
      if (there > term) {
        throw overtaken(client, tenant, there, term);
      }
      String state =
          found
              .map(
                  each ->
                      "?if_seq_no=%d&if_primary_term=%d"
                          .formatted(
                              each.path("_seq_no").asLong(), each.path("_primary_term").asLong()))
              .orElse("?op_type=create");
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.put("kind", "term").put("name", tenant).put("term", term);
      Answer answer = client.ask("PUT", path("term", tenant) + state, bytes(body));
      if (answer.ok()) {
        return;
      }
      if (answer.status() != 409) {
        throw answer.failure();
      }
    }
    throw new MoverException.Unreachable(
        client.home() + ": other drivers keep writing the term of tenant '" + tenant + "'", null);
  }

  /// Another driver may be making the index right now: then its shard cannot be read for a moment.
  private Optional<JsonNode> found(String path) throws HomeFailure, InterruptedException {
    for (int i = 0; i < TRIES_MAX; i++) {
      try {
        return client.find(path);
      } catch (HomeFailure e) {
        if (e.kind() != HomeFailure.Kind.BUSY) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
    return client.find(path);
  }

  static MoverException.Fenced overtaken(HomeClient client, String tenant, long there, long term) {
    return new MoverException.Fenced(
        "%s has seen driver term %d of tenant '%s': another driver has taken over from this one, which has term %d"
            .formatted(client.home(), there, tenant, term));
  }

  /// Remembers something of a move.
  void note(String kind, MoveId move, String tenant, JsonNode state)
      throws HomeFailure, InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("kind", kind).put("name", tenant).set("state", state);
    Answer _ = client.done("PUT", path(kind, move.value()), bytes(body));
  }

  Optional<JsonNode> noted(String kind, MoveId move) throws HomeFailure, InterruptedException {
    return client
        .find(path(kind, move.value()))
        .filter(found -> found.path("found").asBoolean())
        .map(found -> found.path("_source").path("state"));
  }

  void forget(String kind, MoveId move) throws HomeFailure, InterruptedException {
    Answer answer = client.ask("DELETE", path(kind, move.value()), new byte[0]);
    if (!answer.ok() && answer.status() != 404) {
      throw answer.failure();
    }
  }

  /// The tenants that were served here, each with the id of the store by which.
  Map<String, String> served() throws HomeFailure, InterruptedException {
    Map<String, String> all = new TreeMap<>();
    Answer refreshed = client.ask("POST", "/" + INDEX + "/_refresh", new byte[0]);
    if (refreshed.status() == 404) {
      return all;
    }
    String after = "";
    while (true) {
      String query =
          """
          {"size":%d,"query":{"term":{"kind":"served"}},"sort":["name"],"_source":["name","store"]%s}
          """
              .formatted(PAGE, after.isEmpty() ? "" : ",\"search_after\":[\"" + after + "\"]");
      JsonNode hits =
          client
              .call(
                  "POST",
                  "/" + INDEX + "/_search?preference=_primary&allow_partial_search_results=false",
                  query)
              .path("hits")
              .path("hits");
      for (JsonNode hit : hits) {
        after = hit.path("_source").path("name").asString();
        all.put(after, hit.path("_source").path("store").asString());
      }
      if (hits.size() < PAGE) {
        return all;
      }
    }
  }

  void serves(String tenant, String store) throws HomeFailure, InterruptedException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("kind", "served").put("name", tenant).put("store", store);
    Answer _ = client.done("PUT", path("served", tenant), bytes(body));
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
