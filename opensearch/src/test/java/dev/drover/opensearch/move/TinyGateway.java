package dev.drover.opensearch.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.opensearch.server.TestCluster;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// As much of a gateway as a mover needs: it sends each write to where the tenant is, holds writes
/// while it is told to, and notes deletes before it sends them.
final class TinyGateway {
  private final String tenant;
  private final ReadWriteLock hold = new ReentrantReadWriteLock(true);
  private volatile TestCluster cluster;
  private volatile Documents documents;
  private volatile boolean noting;

  TinyGateway(String tenant, TestCluster cluster, String locator) {
    this.tenant = tenant;
    this.cluster = cluster;
    this.documents = new Documents(tenant, Locator.parse(locator));
  }

  /// Notes deletes from now on; returns once none is under way that is not noted.
  void note() {
    hold.writeLock().lock();
    try {
      noting = true;
    } finally {
      hold.writeLock().unlock();
    }
  }

  /// Writes wait from now on, and none is under way.
  void hold() {
    hold.writeLock().lock();
  }

  void open() {
    hold.writeLock().unlock();
  }

  void flip(TestCluster to, String locator) {
    cluster = to;
    noting = false;
    documents = new Documents(tenant, Locator.parse(locator));
  }

  private String path(String index, String id, @Nullable String routing) {
    String physical = documents.locator().atHome(index).orElseThrow();
    String by = routing(routing);
    return "/%s/_doc/%s?%s"
        .formatted(
            physical, escaped(documents.atHome(id)), by == null ? "" : "routing=" + escaped(by));
  }

  private @Nullable String routing(@Nullable String clients) {
    return documents.locator().shared() ? documents.routing().orElse(null) : clients;
  }

  /// Documents here have a field.
  private String with(String body) {
    return documents
        .locator()
        .field()
        .filter(_ -> !body.isEmpty())
        .map(field -> "{\"%s\":\"%s\",%s".formatted(field, tenant, body.substring(1)))
        .orElse(body);
  }

  private JsonNode without(JsonNode source) {
    documents
        .locator()
        .field()
        .ifPresent(field -> assertThat(((ObjectNode) source).remove(field)).isNotNull());
    return source;
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// @return the version that it got
  long put(String index, String id, @Nullable String routing, String body)
      throws IOException, InterruptedException {
    return write("PUT", index, id, routing, body);
  }

  void delete(String index, String id, @Nullable String routing)
      throws IOException, InterruptedException {
    long _ = write("DELETE", index, id, routing, "");
  }

  private long write(String method, String index, String id, @Nullable String routing, String body)
      throws IOException, InterruptedException {
    hold.readLock().lock();
    try {
      if (method.equals("DELETE")) {
        note(index, id, routing);
      }
      TestCluster.Answer answer = cluster.ask(method, path(index, id, routing), with(body));
      if (answer.status() >= 300 && answer.status() != 404) {
        throw new IOException(answer.body());
      }
      return answer.json().path("_version").asLong();
    } finally {
      hold.readLock().unlock();
    }
  }

  private void note(String index, String id, @Nullable String routing)
      throws IOException, InterruptedException {
    String by = routing(routing);
    var note = JsonMapper.shared().createObjectNode();
    note.put("partition", tenant)
        .put("index", documents.locator().atHome(index).orElseThrow())
        .put("id", documents.atHome(id))
        .put("routing", by)
        .put("at", 1L);
    if (noting) {
      JsonNode _ = cluster.call("POST", "/drover-deletes/_doc", note.toString());
    }
  }

  /// The document as it is now; empty text if it is not there. With its version before it.
  String get(String index, String id, @Nullable String routing)
      throws IOException, InterruptedException {
    JsonNode found = cluster.ask("GET", path(index, id, routing), "").json();
    return found.path("found").asBoolean()
        ? found.path("_version").asLong() + " " + without(found.path("_source"))
        : "";
  }

  /// How many the tenant has, as a search finds them.
  long count(String index) throws IOException, InterruptedException {
    String query =
        documents.locator().shared()
            ? "{\"query\":{\"term\":{\"%s\":\"%s\"}}}".formatted(documents.filteredBy(), tenant)
            : "{\"query\":{\"match_all\":{}}}";
    JsonNode _ = cluster.call("POST", "/_refresh", "");
    return cluster
        .call("POST", "/" + documents.locator().atHome(index).orElseThrow() + "/_count", query)
        .path("count")
        .asLong();
  }
}
