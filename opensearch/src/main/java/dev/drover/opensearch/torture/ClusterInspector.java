package dev.drover.opensearch.torture;

import dev.drover.core.HomeId;
import dev.drover.core.MoveId;
import dev.drover.engine.torture.HomeInspector;
import dev.drover.engine.torture.KeyName;
import dev.drover.opensearch.tenant.AsideIndex;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A look at a cluster itself.
final class ClusterInspector implements HomeInspector {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final long ANSWER_BYTES_MAX = 64 << 20;
  private static final int NOT_FOUND = 404;

  /// `index.max_result_window` by default.
  private static final int DOCUMENTS_MAX = 10_000;

  private static final String SHAPE =
      """
      "settings":{"number_of_replicas":0},"mappings":{"dynamic":"strict","properties":{
        "v":{"type":"long"},"t":{"type":"keyword"},"c":{"type":"long"},"l":{"type":"long"}}}
      """;

  private final HomeClient home;

  /// What stands at a place, by the clients' ids: read once, when all has ended.
  private final Map<String, Map<String, JsonNode>> read = new HashMap<>();

  ClusterInspector(int port) {
    this.home =
        HomeClient.of(
            new OpenSearchHome(new HomeId("inspected"), "127.0.0.1", port),
            ANSWER_MAX,
            ANSWER_BYTES_MAX);
  }

  private interface Asked<T> {
    T ask() throws HomeFailure, InterruptedException;
  }

  private static <T> T asked(Asked<T> what) throws IOException {
    try {
      return what.ask();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Makes the shared index, and says how the tenants' own are made.
  void prepare() throws IOException {
    JsonNode _ =
        asked(
            () ->
                home.call(
                    "PUT",
                    "/_index_template/torture",
                    "{\"index_patterns\":[\"t*-%s\"],\"template\":{%s}}"
                        .formatted(TenantTortureKit.INDEX, SHAPE)));
    String shared = index(TenantTortureKit.SHARED);
    boolean there = !asked(() -> home.get("/" + shared + "?ignore_unavailable=true")).isEmpty();
    if (!there) {
      JsonNode _ = asked(() -> home.call("PUT", "/" + shared, "{" + SHAPE + "}"));
    }
  }

  private static String index(Locator place) {
    return place.atHome(TenantTortureKit.INDEX).orElseThrow();
  }

  private static String tenant(KeyName key) {
    return TenantTortureKit.tenant(key.partition());
  }

  @Override
  public void fill(List<KeyName> keys, List<Long> values) throws IOException {
    StringBuilder bulk = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      bulk.append(
          "{\"index\":{\"_id\":\"%1$s\"}}\n{\"v\":%2$d,\"t\":\"%2$d\"}\n"
              .formatted(keys.get(i), values.get(i)));
    }
    String index = index(TenantTortureKit.own(tenant(keys.getFirst())));
    JsonNode answer = asked(() -> home.call("POST", "/" + index + "/_bulk", bulk.toString()));
    if (answer.path("errors").asBoolean(true)) {
      throw new IOException("documents could not be written: " + answer);
    }
  }

  /// What is no tenant's, nobody asks for.
  @Override
  public void writeOutside() {}

  @Override
  public Optional<long[]> read(KeyName key, String locator) throws IOException {
    JsonNode source = at(tenant(key), Locator.parse(locator)).get(key.toString());
    if (source == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (key.family()) {
          case REGISTER -> new long[] {DocumentRequests.number(source)};
          case COUNTER -> new long[] {source.path("c").asLong()};
          case LIST -> DocumentRequests.elements(source);
        });
  }

  @Override
  public long copies(KeyName key, Optional<String> but) throws IOException {
    Optional<Locator.Kind> left = but.map(text -> Locator.parse(text).kind());
    long copies = 0;
    for (Locator each : List.of(TenantTortureKit.SHARED, TenantTortureKit.own(tenant(key)))) {
      if (!left.equals(Optional.of(each.kind()))) {
        copies += at(tenant(key), each).containsKey(key.toString()) ? 1 : 0;
      }
    }
    return copies;
  }

  private Map<String, JsonNode> at(String tenant, Locator place) throws IOException {
    String name = tenant + "/" + place.kind();
    Map<String, JsonNode> all = read.get(name);
    if (all == null) {
      all = all(tenant, place);
      read.put(name, all);
    }
    return all;
  }

  private Map<String, JsonNode> all(String tenant, Locator place) throws IOException {
    JsonNode answer = searched(tenant, place);
    JsonNode hits = answer.at("/hits/hits");
    if (answer.at("/hits/total/value").asLong() != hits.size()) {
      throw new IOException(
          "%s has more than %d documents at %s, which is more than this look can see"
              .formatted(tenant, DOCUMENTS_MAX, place));
    }
    Documents documents = new Documents(tenant, place);
    Map<String, JsonNode> all = new HashMap<>();
    for (JsonNode hit : hits) {
      documents
          .called(hit.path("_id").asString())
          .ifPresent(id -> all.put(id, hit.path("_source")));
    }
    return all;
  }

  /// All of a tenant's documents at a place; an empty answer if there is no such index.
  private JsonNode searched(String tenant, Locator place) throws IOException {
    String index = index(place);
    String query =
        place.shared()
            ? "{\"term\":{\"_routing\":\"%s\"}}".formatted(tenant)
            : "{\"match_all\":{}}";
    try {
      return asked(
          () -> {
            JsonNode _ = home.call("POST", "/" + index + "/_refresh", "");
            return home.call(
                "POST",
                "/" + index + "/_search",
                "{\"size\":%d,\"track_total_hits\":true,\"query\":%s}"
                    .formatted(DOCUMENTS_MAX, query));
          });
    } catch (HomeFailure e) {
      if (e.status() == NOT_FOUND) {
        return JsonMapper.shared().createObjectNode();
      }
      throw e;
    }
  }

  @Override
  public long entries(String partition) throws IOException {
    long entries = 0;
    for (Locator each : List.of(TenantTortureKit.SHARED, TenantTortureKit.own(partition))) {
      entries += searched(partition, each).at("/hits/hits").size();
    }
    return entries;
  }

  @Override
  public long setAside(String move) throws IOException {
    String index = HomeClient.escaped(AsideIndex.of(new MoveId(move)));
    return asked(() -> home.get("/" + index + "/_count?ignore_unavailable=true"))
        .path("count")
        .asLong();
  }

  /// Takes the last element of every list, and counts every counter on.
  @Override
  public int harm(String partition) throws IOException {
    int harmed = 0;
    for (Locator each : List.of(TenantTortureKit.SHARED, TenantTortureKit.own(partition))) {
      for (JsonNode hit : searched(partition, each).at("/hits/hits")) {
        JsonNode source = hit.path("_source");
        boolean counter = source.has("c");
        if (!counter && !source.has("l")) {
          continue;
        }
        String script =
            counter ? "ctx._source.c += 1" : "ctx._source.l.remove(ctx._source.l.size() - 1)";
        String path =
            "/%s/_update/%s?retry_on_conflict=5%s"
                .formatted(
                    index(each),
                    HomeClient.escaped(hit.path("_id").asString()),
                    each.shared() ? "&routing=" + partition : "");
        JsonNode _ =
            asked(
                () ->
                    home.call("POST", path, "{\"script\":{\"source\":\"%s\"}}".formatted(script)));
        harmed++;
      }
    }
    return harmed;
  }

  @Override
  public void close() {
    home.close();
  }
}
