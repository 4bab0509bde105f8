package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import dev.drover.opensearch.wire.Json;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A cluster's aliases and tasks.
final class AliasHome implements FenceHome {
  private static final String TASKS =
      "/_tasks?actions=indices:data/write/*,indices:admin/*&detailed=true";

  private final HomeClient client;
  private final Memory memory;
  private final String tenant;

  AliasHome(HomeClient client, String tenant) {
    this.client = client;
    this.memory = new Memory(client);
    this.tenant = tenant;
  }

  @Override
  public void add(Map<String, String> byIndex) throws HomeFailure, InterruptedException {
    ArrayNode actions = Json.MAPPER.createArrayNode();
    byIndex.forEach(
        (index, alias) ->
            actions
                .addObject()
                .putObject("add")
                .put("index", index)
                .put("alias", alias)
                .put("is_hidden", true));
    act(actions);
  }

  /// Returns once every node knows.
  private void act(ArrayNode actions) throws HomeFailure, InterruptedException {
    if (actions.isEmpty()) {
      return;
    }
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.set("actions", actions);
    JsonNode answer = client.call("POST", "/_aliases", body.toString());
    if (!answer.path("acknowledged").asBoolean()) {
      throw HomeFailure.answered(
          client.home(), 503, "not_acknowledged", "not every node has taken a change of aliases");
    }
  }

  @Override
  public void raise(long term) throws HomeFailure, MoverException, InterruptedException {
    memory.make();
    memory.raise(tenant, term);
  }

  @Override
  public long highest() throws HomeFailure, InterruptedException {
    return memory.term(tenant);
  }

  @Override
  public Set<Name> names() throws HomeFailure, InterruptedException {
    Set<Name> names = new HashSet<>();
    client
        .find("/_alias/" + Fence.PREFIX + tenant + "-*?expand_wildcards=all")
        .ifPresent(
            found ->
                found
                    .properties()
                    .forEach(
                        index ->
                            index
                                .getValue()
                                .path("aliases")
                                .propertyNames()
                                .forEach(alias -> names.add(new Name(index.getKey(), alias)))));
    names.removeIf(each -> !Fence.isOf(tenant, each.alias()));
    return names;
  }

  @Override
  public void remove(Set<Name> names) throws HomeFailure, InterruptedException {
    ArrayNode actions = Json.MAPPER.createArrayNode();
    names.forEach(
        each ->
            actions
                .addObject()
                .putObject("remove")
                .put("index", each.index())
                .put("alias", each.alias())
                .put("must_exist", false));
    act(actions);
  }

  @Override
  public Set<String> underWay() throws HomeFailure, InterruptedException {
    JsonNode tasks = client.get(TASKS);
    if (!tasks.path("node_failures").isEmpty() || !tasks.path("task_failures").isEmpty()) {
      throw HomeFailure.answered(
          client.home(), 503, "tasks_unknown", "a node does not say which writes are under way");
    }
    Set<String> marks = new HashSet<>();
    for (JsonNode node : tasks.path("nodes")) {
      for (JsonNode task : node.path("tasks")) {
        String mark = task.path("headers").path("X-Opaque-Id").asString("");
        if (Fence.isOf(tenant, mark)) {
          marks.add(mark);
        }
      }
    }
    return marks;
  }
}
