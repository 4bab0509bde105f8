package dev.drover.opensearch.move;

import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.util.Map;
import java.util.TreeMap;

/// The nodes of a cluster, each with when it was started.
record Nodes(Map<String, Long> startedAt) {
  static Nodes look(HomeClient client) throws HomeFailure, InterruptedException {
    Map<String, Long> all = new TreeMap<>();
    client
        .get("/_nodes/jvm?filter_path=nodes.*.jvm.start_time_in_millis")
        .path("nodes")
        .properties()
        .forEach(
            each ->
                all.put(
                    each.getKey(),
                    each.getValue().path("jvm").path("start_time_in_millis").asLong()));
    return new Nodes(all);
  }

  /// Whether a node of then has ended since, or was started again.
  boolean lost(Nodes now) {
    return startedAt.entrySet().stream()
        .anyMatch(each -> !each.getValue().equals(now.startedAt.get(each.getKey())));
  }
}
