package dev.drover.opensearch.move;

import dev.drover.core.PartitionId;
import dev.drover.engine.HomeMemory;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a cluster bears witness to, in the index `drover-memory`.
public final class ClusterMemory implements HomeMemory {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final long ANSWER_BYTES_MAX = 16L << 20;

  /// Of documents, only the id is looked at.
  private static final Locator ANY_SHARED = Locator.parse("shared:*");

  private final HomeClient client;
  private final Memory memory;
  private final String cluster;

  private ClusterMemory(HomeClient client, String cluster) {
    this.client = client;
    this.memory = new Memory(client);
    this.cluster = cluster;
  }

  /// @throws HomeMemory.Silent if the cluster does not answer
  public static ClusterMemory open(OpenSearchHome home) throws IOException {
    HomeClient client = HomeClient.of(home, ANSWER_MAX, ANSWER_BYTES_MAX);
    try {
      String uuid = asked(() -> client.get("/").path("cluster_uuid").asString(""));
      if (uuid.isEmpty() || uuid.equals("_na_")) {
        throw new Silent(new IOException(home + " has no cluster manager yet"));
      }
      return new ClusterMemory(client, uuid);
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  private interface Asked<T> {
    T ask() throws HomeFailure, InterruptedException;
  }

  private static <T> T asked(Asked<T> what) throws IOException {
    try {
      return what.ask();
    } catch (HomeFailure e) {
      throw e.kind() == HomeFailure.Kind.REFUSED ? e : new Silent(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Silent(new IOException("interrupted", e));
    }
  }

  @Override
  public String runId() {
    return cluster;
  }

  @Override
  public Map<PartitionId, String> served() throws IOException {
    Map<PartitionId, String> all = new TreeMap<>();
    for (Map.Entry<String, String> each : asked(memory::served).entrySet()) {
      try {
        all.put(OpenSearchEngine.tenant(each.getKey()), each.getValue());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "%s: index '%s' names a tenant that there cannot be: %s"
                .formatted(client.home(), Memory.INDEX, e.getMessage()),
            e);
      }
    }
    return all;
  }

  @Override
  public long term(PartitionId tenant) throws IOException {
    return asked(() -> memory.term(tenant.name()));
  }

  @Override
  public void serves(Collection<PartitionId> tenants, String store) throws IOException {
    asked(
        () -> {
          memory.make();
          for (PartitionId each : tenants) {
            memory.serves(each.name(), store);
          }
          return true;
        });
  }

  /// A document of the tenant's at a shared index: such documents say whose they are. What stands
  /// in indices of its own says nothing of it.
  @Override
  public Optional<String> itemOf(PartitionId tenant, Collection<PartitionId> others)
      throws IOException {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("size", 1).put("_source", false);
    body.putObject("query").putObject("term").put("_routing", tenant.name());
    String path =
        "/*,-.*,-%s*/_search?allow_no_indices=true&ignore_unavailable=true".formatted(Names.OWN);
    Documents documents = new Documents(tenant.name(), ANY_SHARED);
    JsonNode answer = asked(() -> client.call("POST", path, body.toString()));
    for (JsonNode hit : answer.path("hits").path("hits")) {
      String id = hit.path("_id").asString();
      if (documents.called(id).isPresent()) {
        return Optional.of(hit.path("_index").asString() + "/" + id);
      }
    }
    return Optional.empty();
  }

  /// Everything is some tenant's, or nobody's business.
  @Override
  public Optional<String> itemOfNone(Collection<PartitionId> tenants) {
    return Optional.empty();
  }

  @Override
  public void close() {
    client.close();
  }
}
