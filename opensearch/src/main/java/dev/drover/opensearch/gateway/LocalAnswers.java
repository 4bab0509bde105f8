package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;

/// What the gateway answers by itself, in a form that says nothing of clusters.
final class LocalAnswers {
  private static final int OK = 200;

  /// The version that clients are told: what all homes can do, they can ask for.
  private static final String VERSION = "2.19.0";

  private LocalAnswers() {}

  private static Plan.Local of(String json) {
    return new Plan.Local(AnswerHead.json(OK), json);
  }

  static Plan.Local info() {
    return of(
        """
        {"name":"drover","cluster_name":"drover","cluster_uuid":"drover","version":{"distribution":"opensearch","number":"%s","minimum_wire_compatibility_version":"2.0.0","minimum_index_compatibility_version":"2.0.0"},"tagline":"The OpenSearch Project: https://opensearch.org/"}
        """
            .formatted(VERSION)
            .strip());
  }

  /// Whether the tenant can be read and written through this gateway now.
  static Plan.Local health(Gate gate) {
    boolean serves = gate.route().reads() != null;
    return of(
        """
        {"cluster_name":"drover","status":"%s","timed_out":false,"number_of_nodes":1,"number_of_data_nodes":1,"discovered_master":true,"discovered_cluster_manager":true,"active_primary_shards":0,"active_shards":0,"relocating_shards":0,"initializing_shards":0,"unassigned_shards":0,"delayed_unassigned_shards":0,"number_of_pending_tasks":0,"number_of_in_flight_fetch":0,"task_max_waiting_in_queue_millis":0,"active_shards_percent_as_number":100.0}
        """
            .formatted(serves ? "green" : "red")
            .strip());
  }
}
