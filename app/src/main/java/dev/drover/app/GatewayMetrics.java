package dev.drover.app;

import dev.drover.gateway.HomeWitness;
import dev.drover.redis.gateway.RedisGateway;
import dev.drover.store.CountedStore;
import java.util.Map;
import java.util.TreeMap;

/// A gateway's numbers in Prometheus' text format.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
final class GatewayMetrics {
  private static final String PREFIX = "drover_gateway_";

  private static final Map<String, String> ABOUT =
      Map.ofEntries(
          Map.entry("clients", "Clients that are connected."),
          Map.entry("held_now", "Requests that wait for a route, because their scope is moving."),
          Map.entry("held_total", "Requests that have waited for a route."),
          Map.entry("kept_bytes", "Bytes of requests that wait or have not come as a whole."),
          Map.entry(
              "unfinished_dropped_total",
              "Requests that were given up unfinished, because others needed the room."),
          Map.entry(
              "refused_total",
              "Requests that the gateway answered with an error of its own, -UNKNOWN left out."),
          Map.entry(
              "unknown_total",
              "Writes answered with -UNKNOWN: they may or may not have been done."),
          Map.entry("longest_hold_nanos", "The longest that a request has waited for a route."),
          Map.entry("passes", "Requests under way that a cutover has to wait for."),
          Map.entry("logins_failed_total", "Wrong passwords."),
          Map.entry("scripts_killed_total", "Scripts that ran for longer than scriptTimeout."),
          Map.entry("scopes", "Scopes that the gateway knows."),
          Map.entry("homes_silent", "Homes that do not answer."),
          Map.entry("serving", "1 if partitions at rest are served, else 0."));

  private GatewayMetrics() {}

  static String text(RedisGateway gateway, CountedStore store, HomeWitness witness) {
    StringBuilder text = new StringBuilder();
    Map<String, Number> numbers = new TreeMap<>(gateway.numbers());
    numbers.put("homes_silent", witness.silent().size());
    numbers.put("serving", gateway.health().serving() ? 1 : 0);
    numbers.forEach(
        (name, number) -> {
          head(text, PREFIX + name, ABOUT.getOrDefault(name, ""));
          text.append(PREFIX).append(name).append(' ').append(number).append('\n');
        });
    String operations = "drover_store_operations_total";
    head(text, operations, "What was asked of the store.");
    for (CountedStore.Operation each : CountedStore.Operation.values()) {
      text.append(operations)
          .append("{op=\"")
          .append(each.label())
          .append("\"} ")
          .append(store.count(each))
          .append('\n');
    }
    return text.toString();
  }

  private static void head(StringBuilder text, String name, String about) {
    String type = name.endsWith("_total") ? "counter" : "gauge";
    text.append("# HELP ").append(name).append(' ').append(about).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
