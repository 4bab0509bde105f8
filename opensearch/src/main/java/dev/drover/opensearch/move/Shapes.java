package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the target's own indices are like: settings, mappings and aliases of the source's, and
/// mappings that follow it, so that no field gets another type than it has there. Indices that
/// tenants share are left as they are. Thread-safe.
final class Shapes {
  /// Begins the name of an alias that only indices have which a move has made.
  static final String MADE = Names.OWN + "made-";

  /// What belongs to the one index or the one cluster. Pipelines would change documents.
  private static final List<String> LEFT =
      List.of(
          "index.uuid",
          "index.creation_date",
          "index.version.",
          "index.provided_name",
          "index.blocks.",
          "index.default_pipeline",
          "index.final_pipeline",
          "index.search.default_pipeline",
          "index.routing.allocation.",
          "index.resize.",
          "index.remote_store.",
          "index.history.",
          "index.verified_before_close",
          "index.opendistro.",
          "index.plugins.index_state_management.");

  private final Place from;
  private final Place to;
  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  Shapes(Place from, Place to) {
    this.from = from;
    this.to = to;
  }

  /// What a new index of the target is made with.
  ///
  /// @param aliases more than the source's
  static ObjectNode made(Place from, Place to, IndexLook source, List<String> aliases) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ObjectNode settings = body.putObject("settings");
    source
        .settings()
        .properties()
        .forEach(
            each -> {
              if (LEFT.stream().noneMatch(each.getKey()::startsWith)) {
                settings.set(each.getKey(), each.getValue());
              }
            });
    body.set("mappings", from.mappings(source));
    ObjectNode all = body.putObject("aliases");
    source
        .aliases()
        .properties()
        .forEach(
            each ->
                OtherNames.atTarget(from, to, each.getKey())
                    .ifPresent(name -> all.set(name, each.getValue())));
    aliases.forEach(alias -> all.putObject(alias).put("is_hidden", true));
    return body;
  }

  /// Gives the target's index the mappings and aliases that the source's has by now, if it may have
  /// others. Whoever calls this after it has read documents, and before it writes them, knows that
  /// the target has all their fields.
  void sync(Track track) throws HomeFailure, MoverException, InterruptedException {
    if (to.shared()) {
      return;
    }
    long now = version(track.source());
    Long synced = versions.get(track.source());
    if (synced == null || synced != now) {
      bring(track);
      versions.put(track.source(), now);
    }
  }

  /// Grows with each change of mappings or aliases.
  private long version(String index) throws HomeFailure, InterruptedException {
    JsonNode found =
        from.client()
            .get(
                "/_cluster/state/metadata/%s?filter_path=metadata.indices.*.mapping_version,metadata.indices.*.aliases_version"
                    .formatted(HomeClient.escaped(index)))
            .path("metadata")
            .path("indices")
            .path(index);
    return found.path("mapping_version").asLong(0) + found.path("aliases_version").asLong(0);
  }

  private synchronized void bring(Track track)
      throws HomeFailure, MoverException, InterruptedException {
    JsonNode index =
        from.client()
            .get("/%s?flat_settings=true".formatted(HomeClient.escaped(track.source())))
            .path(track.source());
    IndexLook look = new IndexLook(track.source(), index);
    JsonNode mappings = from.mappings(look);
    if (!mappings.isEmpty()) {
      Answer answer =
          to.client()
              .ask(
                  "PUT",
                  "/%s/_mapping".formatted(HomeClient.escaped(track.target())),
                  mappings.toString().getBytes(StandardCharsets.UTF_8));
      if (answer.status() == 400) {
        throw new MoverException.Refused(
            "%s does not take the mapping of '%s' for index '%s': %s. The move cannot go on; abort it"
                .formatted(to, track.source(), track.target(), answer.failure().reason()),
            null);
      }
      if (!answer.ok()) {
        throw answer.failure();
      }
    }
    aliases(track, look);
  }

  private void aliases(Track track, IndexLook look) throws HomeFailure, InterruptedException {
    JsonNode there =
        to.client()
            .get("/%s/_alias".formatted(HomeClient.escaped(track.target())))
            .path(track.target())
            .path("aliases");
    Map<String, JsonNode> wanted = new HashMap<>();
    look.aliases()
        .properties()
        .forEach(
            each ->
                OtherNames.atTarget(from, to, each.getKey())
                    .ifPresent(name -> wanted.put(name, each.getValue())));
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode actions = body.putArray("actions");
    wanted.forEach(
        (name, how) -> {
          if (!how.equals(there.get(name))) {
            ObjectNode add = actions.addObject().putObject("add");
            how.properties().forEach(one -> add.set(one.getKey(), one.getValue()));
            add.put("index", track.target()).put("alias", name);
          }
        });
    for (String name : there.propertyNames()) {
      if (OtherNames.called(to, name).isPresent() && !wanted.containsKey(name)) {
        actions.addObject().putObject("remove").put("index", track.target()).put("alias", name);
      }
    }
    if (!actions.isEmpty()) {
      JsonNode _ = to.client().call("POST", "/_aliases", body.toString());
    }
  }
}
