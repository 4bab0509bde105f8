package dev.drover.store.opensearch;

import dev.drover.store.Guarantees;
import dev.drover.store.StoreException;
import dev.drover.store.opensearch.Http.Answer;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What the index is, and what it promises by that.
///
/// @param replicas copies besides the primary
/// @param activeMin how many copies have to be there for a write to be tried, 0 for all
/// @param synced whether each write is on the disk before it is answered
record IndexFacts(int replicas, int activeMin, boolean synced) {
  /// One request that may be repeated.
  interface Asking {
    Answer ask(String method, String path, String body) throws StoreException;
  }

  static IndexFacts prepare(OpenSearchStoreOptions options, Asking asking) throws StoreException {
    String index = "/" + options.index();
    Answer found = asking.ask("GET", index + "/_settings?flat_settings=true", "");
    if (found.status() == 404) {
      Answer created = asking.ask("PUT", index, creation(options.copies()));
      if (!created.good() && !created.error().equals("resource_already_exists_exception")) {
        throw created.status() == 400
            ? new StoreException.Refused("OpenSearch: " + created, null)
            : new StoreException.Unavailable("OpenSearch: " + created, null);
      }
      found = asking.ask("GET", index + "/_settings?flat_settings=true", "");
    }
    if (!found.good()) {
      throw new StoreException.Unavailable("OpenSearch: " + found, null);
    }
    return of(options.index(), found.body());
  }

  /// Nothing of it is searched, so nothing is indexed, and nothing needs a refresh. A shard that
  /// failed on a full disk is tried again until there is room: nobody has to ask for it.
  private static String creation(int copies) {
    return """
        {"settings": {"index": {"number_of_shards": 1, "number_of_replicas": %d, "hidden": true,
          "refresh_interval": "-1", "translog.durability": "request",
          "write.wait_for_active_shards": "%d", "allocation.max_retries": 100000}},
         "mappings": {"dynamic": false}}
        """
        .formatted(copies - 1, copies / 2 + 1);
  }

  private static IndexFacts of(String index, JsonNode answer) throws StoreException {
    JsonNode settings = answer.path(index).path("settings");
    if (settings.isMissingNode()) {
      throw new StoreException.Refused(
          "'%s' is not the name of an index of its own, but an alias: name the index"
              .formatted(index),
          null);
    }
    if (!settings.path("index.number_of_shards").asString("").equals("1")) {
      throw new StoreException.Refused(
          "the index '%s' was not made for a store: it has %s shards, and a store needs one with"
                  .formatted(index, settings.path("index.number_of_shards").asString("?"))
              + " exactly one. Name an index that is not there yet",
          null);
    }
    String active = settings.path("index.write.wait_for_active_shards").asString("1");
    return new IndexFacts(
        Integer.parseInt(settings.path("index.number_of_replicas").asString("0")),
        active.equals("all") ? 0 : Integer.parseInt(active),
        settings.path("index.translog.durability").asString("request").equals("request"));
  }

  static Guarantees unknown(OpenSearchStoreOptions options) {
    return new Guarantees(
        "opensearch", false, false, options.calls().poll(), "OpenSearch has not answered yet");
  }

  Guarantees guarantees(OpenSearchStoreOptions options) {
    boolean replicated = synced && replicas > 0 && activeMin != 1;
    List<String> caveats = new ArrayList<>();
    if (!synced) {
      caveats.add(
          "index.translog.durability is async: a crash of a node forgets up to some seconds of"
              + " acknowledged writes. Set it to request");
    }
    if (replicas == 0) {
      caveats.add(
          "the index has one copy: what is on that machine's disk is lost with it, and while it is"
              + " away nothing can be written. On a cluster of several nodes set store.copies: 3"
              + " before the index is created");
    } else if (!replicated) {
      caveats.add(
          "writes go on when all replicas are away (index.write.wait_for_active_shards is 1), and"
              + " such writes are lost with one machine");
    } else {
      caveats.add(
          "a write is tried only while enough copies are there, but copies that fail while it is"
              + " under way are left out, so that the last ones may be on one machine only; this"
              + " store was tested against single nodes");
    }
    caveats.add(
        "restoring the index from a snapshot, or allocating a stale or empty primary, takes back"
            + " acknowledged writes");
    return new Guarantees(
        "opensearch", synced, replicated, options.calls().poll(), String.join(". ", caveats));
  }
}
