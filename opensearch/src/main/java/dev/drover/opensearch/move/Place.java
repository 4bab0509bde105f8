package dev.drover.opensearch.move;

import dev.drover.core.Placement;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where one tenant stands at one home, and what stands there.
record Place(HomeClient client, Documents documents) {
  static Place of(HomeClient client, String tenant, Placement at) {
    return new Place(client, new Documents(tenant, Locator.parse(at.locator())));
  }

  OpenSearchHome home() {
    return client.home();
  }

  Locator locator() {
    return documents.locator();
  }

  boolean shared() {
    return locator().shared();
  }

  String tenant() {
    return documents.tenant();
  }

  /// Which documents of an index are its own; empty if all are.
  Optional<ShardReader.Only> only() {
    return shared()
        ? Optional.of(new ShardReader.Only(documents.filteredBy(), tenant()))
        : Optional.empty();
  }

  /// An index's mapping as it is for the tenant's documents wherever they are: without the field
  /// that keeps tenants apart here.
  JsonNode mappings(IndexLook index) {
    JsonNode all = index.mappings();
    Optional<String> own = locator().field();
    if (own.isPresent() && all.path("properties").has(own.get())) {
      ObjectNode without = (ObjectNode) all.deepCopy();
      JsonNode _ = ((ObjectNode) without.path("properties")).remove(own.get());
      return without;
    }
    return all;
  }

  /// The shards of an index that its documents can be in.
  List<Integer> shards(String index) throws HomeFailure, InterruptedException {
    JsonNode groups =
        client
            .get(
                "/%s/_search_shards%s"
                    .formatted(
                        HomeClient.escaped(index),
                        documents.routing().map(all -> "?routing=" + all).orElse("")))
            .path("shards");
    List<Integer> shards = new ArrayList<>();
    for (JsonNode group : groups) {
      shards.add(group.path(0).path("shard").asInt());
    }
    return shards;
  }

  /// Makes what was written so far visible to searches.
  void refresh(Collection<String> indices) throws HomeFailure, InterruptedException {
    if (!indices.isEmpty()) {
      JsonNode answer = client.call("POST", "/" + names(indices) + "/_refresh", "");
      if (answer.path("_shards").path("failed").asInt() > 0) {
        throw HomeFailure.answered(
            home(), 503, "refresh_failed", "not every shard was refreshed: " + answer);
      }
    }
  }

  /// As one segment of a path.
  static String names(Collection<String> indices) {
    return indices.stream().map(HomeClient::escaped).collect(Collectors.joining(","));
  }

  /// The indices that the tenant has there, by the names that clients call them.
  SortedMap<String, IndexLook> indices() throws HomeFailure, InterruptedException {
    JsonNode all =
        client.get(
            "/%s?flat_settings=true&expand_wildcards=all&ignore_unavailable=true"
                .formatted(HomeClient.escaped(locator().physical())));
    SortedMap<String, IndexLook> found = new TreeMap<>();
    all.properties()
        .forEach(
            each ->
                locator()
                    .called(each.getKey())
                    .ifPresent(
                        called ->
                            found.put(called, new IndexLook(each.getKey(), each.getValue()))));
    return found;
  }

  @Override
  public String toString() {
    return "'%s' of %s".formatted(locator(), home());
  }
}
