package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What the gateway answers by itself, in a form that says nothing of clusters.
final class LocalAnswers {
  private static final int OK = 200;
  private static final int TIMED_OUT = 408;
  private static final double ALL_PERCENT = 100.0;
  private static final String NAME = "drover";

  private static final List<String> NOTHING_OF =
      List.of(
          "active_primary_shards",
          "active_shards",
          "relocating_shards",
          "initializing_shards",
          "unassigned_shards",
          "delayed_unassigned_shards",
          "number_of_pending_tasks",
          "number_of_in_flight_fetch",
          "task_max_waiting_in_queue_millis");

  /// The version that clients are told: what all homes can do, they can ask for.
  private static final String VERSION = "2.19.0";

  private LocalAnswers() {}

  static Plan.Local info(MadeForm form) {
    ObjectNode info = JsonMapper.shared().createObjectNode();
    info.put("name", NAME).put("cluster_name", NAME).put("cluster_uuid", NAME);
    info.putObject("version")
        .put("distribution", "opensearch")
        .put("number", VERSION)
        .put("minimum_wire_compatibility_version", "2.0.0")
        .put("minimum_index_compatibility_version", "2.0.0");
    info.put("tagline", "The OpenSearch Project: https://opensearch.org/");
    return new Plan.Local(AnswerHead.json(OK), form.text(info));
  }

  /// Whether the tenant can be read and written through this gateway now.
  ///
  /// @param waits whether the client wants to be answered once that is so. The gateway does not
  ///   wait: it says at once that the time is over, as a cluster says it later
  static Plan.Local health(Gate gate, boolean waits, MadeForm form) {
    boolean serves = gate.route().reads() != null;
    boolean over = waits && !serves;
    ObjectNode health = JsonMapper.shared().createObjectNode();
    health.put("cluster_name", NAME).put("status", serves ? "green" : "red");
    health.put("timed_out", over);
    health.put("number_of_nodes", 1).put("number_of_data_nodes", 1);
    health.put("discovered_master", true).put("discovered_cluster_manager", true);
    NOTHING_OF.forEach(each -> health.put(each, 0));
    health.put("active_shards_percent_as_number", ALL_PERCENT);
    return new Plan.Local(AnswerHead.json(over ? TIMED_OUT : OK), form.text(health));
  }
}
