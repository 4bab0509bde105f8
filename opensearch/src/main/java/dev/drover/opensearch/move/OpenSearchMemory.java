package dev.drover.opensearch.move;

import dev.drover.core.PartitionId;
import dev.drover.engine.HomeMemory;
import dev.drover.opensearch.OpenSearchEngine;
import dev.drover.opensearch.tenant.Names;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import dev.drover.opensearch.wire.OpenSearchHome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a cluster bears witness to ([Memory]).
///
/// Which indices are a tenant's stands in its record, not at the cluster. So a look for what the
/// tenant has here goes by names: documents with its routing and its ids, and indices that are
/// called as the tenant is, alone or with a `-` behind it. What an operator has called otherwise is
/// not found to be the tenant's, but to be nobody's.
public final class OpenSearchMemory implements HomeMemory {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final long ANSWER_BYTES_MAX = 64 << 20;

  /// How many of a tenant's likely documents are looked at.
  private static final int LOOKED_AT = 100;

  /// A query has at most 1,024 parts.
  private static final int FIELDS_MAX = 1_000;

  /// What fields can hold a tenant's name.
  private static final Set<String> NAMED_BY = Set.of("keyword", "text");

  private final HomeClient client;
  private final Memory memory;

  /// Connects with the first question.
  public OpenSearchMemory(OpenSearchHome home) {
    this.client = HomeClient.of(home, ANSWER_MAX, ANSWER_BYTES_MAX);
    this.memory = new Memory(client);
  }

  /// What is asked of the cluster.
  private interface Asked<T> {
    T of() throws HomeFailure, InterruptedException;
  }

  private <T> T ask(Asked<T> what) throws IOException {
    try {
      return what.of();
    } catch (HomeFailure e) {
      if (e.retryable()) {
        throw new Silent(e);
      }
      throw new IOException(
          "%s refuses to tell what it has seen of the store (%s: %s). Drover's user has to be able to read and write indices that begin with '%s' there, and nobody else may"
              .formatted(client.home(), e.type(), e.reason(), Names.OWN),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException(e.getMessage());
      interrupted.initCause(e);
      throw new Silent(interrupted);
    }
  }

  /// The cluster's id, which it keeps as long as its data.
  @Override
  public String runId() throws IOException {
    String uuid = ask(() -> client.get("/")).path("cluster_uuid").asString("");
    if (uuid.isEmpty() || uuid.equals("_na_")) {
      throw new Silent(new IOException(client.home() + " has no cluster_uuid yet"));
    }
    return uuid;
  }

  @Override
  public Map<PartitionId, String> served() throws IOException {
    Map<PartitionId, String> all = new TreeMap<>();
    for (Map.Entry<String, String> each : ask(memory::served).entrySet()) {
      try {
        all.put(OpenSearchEngine.tenant(each.getKey()), each.getValue());
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "%s: index '%s' names a tenant that there cannot be: %s. Somebody else has written it"
                .formatted(client.home(), Memory.INDEX, e.getMessage()),
            e);
      }
    }
    return all;
  }

  @Override
  public long term(PartitionId partition) throws IOException {
    return ask(() -> memory.term(partition.name()));
  }

  @Override
  public void serves(Collection<PartitionId> partitions, String store) throws IOException {
    boolean _ =
        ask(
            () -> {
              memory.make();
              for (PartitionId each : partitions) {
                memory.serves(each.name(), store);
              }
              return true;
            });
  }

  @Override
  public Optional<String> itemOf(PartitionId partition, Collection<PartitionId> others)
      throws IOException {
    List<String> names = others.stream().map(PartitionId::name).toList();
    for (Map.Entry<String, JsonNode> each : ask(this::indices).entrySet()) {
      String index = each.getKey();
      boolean mine =
          called(index, partition.name())
              && names.stream()
                  .noneMatch(
                      other -> other.length() > partition.name().length() && called(index, other));
      Optional<String> found =
          ask(
              () ->
                  mine
                      ? item(index, Json.MAPPER.createObjectNode())
                      : shared(index, each.getValue(), partition));
      if (found.isPresent()) {
        return Optional.of(index + "/" + found.get());
      }
    }
    return Optional.empty();
  }

  /// A document of a tenant at an index of several. It has the tenant's routing, or its name in a
  /// field; which one is not known here.
  private Optional<String> shared(String index, JsonNode look, PartitionId tenant)
      throws HomeFailure, InterruptedException {
    ObjectNode query = Json.MAPPER.createObjectNode();
    ArrayNode any = query.putObject("query").putObject("bool").putArray("should");
    any.addObject().putObject("term").put("_routing", tenant.name());
    JsonNode fields = look.path("mappings").path("properties");
    for (Map.Entry<String, JsonNode> each : fields.properties()) {
      if (NAMED_BY.contains(each.getValue().path("type").asString("")) && any.size() < FIELDS_MAX) {
        any.addObject().putObject("term").put(each.getKey(), tenant.name());
      }
    }
    return items(index, query, LOOKED_AT).stream()
        .filter(id -> id.startsWith(tenant.name() + ":"))
        .findFirst();
  }

  @Override
  public Optional<String> itemOfNone(Collection<PartitionId> partitions) throws IOException {
    List<String> names = partitions.stream().map(PartitionId::name).toList();
    for (String index : ask(this::indices).keySet()) {
      if (names.stream().anyMatch(name -> called(index, name))) {
        continue;
      }
      ObjectNode query = Json.MAPPER.createObjectNode();
      var none = query.putObject("query").putObject("bool").putArray("must_not");
      var routings = none.addObject().putObject("terms").putArray("_routing");
      names.forEach(routings::add);
      Optional<String> found = ask(() -> item(index, query));
      if (found.isPresent()) {
        return Optional.of(index + "/" + found.get());
      }
    }
    return Optional.empty();
  }

  private static boolean called(String index, String tenant) {
    return index.equals(tenant) || index.startsWith(tenant + "-");
  }

  /// What the cluster says of all that are not Drover's own, nor the cluster's.
  private SortedMap<String, JsonNode> indices() throws HomeFailure, InterruptedException {
    SortedMap<String, JsonNode> all = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each :
        client.get("/*?expand_wildcards=open,hidden&flat_settings=true").properties()) {
      if (!each.getKey().startsWith(Names.OWN) && !each.getKey().startsWith(".")) {
        all.put(each.getKey(), each.getValue());
      }
    }
    return all;
  }

  private Optional<String> item(String index, ObjectNode query)
      throws HomeFailure, InterruptedException {
    return items(index, query, 1).stream().findFirst();
  }

  private List<String> items(String index, ObjectNode query, int most)
      throws HomeFailure, InterruptedException {
    JsonNode _ = client.call("POST", "/" + HomeClient.escaped(index) + "/_refresh", "");
    query.put("size", most).put("_source", false);
    List<String> ids = new ArrayList<>();
    client
        .call(
            "POST",
            "/%s/_search?search_pipeline=_none&preference=_primary&allow_partial_search_results=false"
                .formatted(HomeClient.escaped(index)),
            query.toString())
        .path("hits")
        .path("hits")
        .forEach(hit -> ids.add(hit.path("_id").asString()));
    return ids;
  }

  @Override
  public void close() {
    client.close();
  }
}
