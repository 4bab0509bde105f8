package dev.drover.app;

import dev.drover.control.Meters;
import dev.drover.redis.RedisEngine;
import dev.drover.redis.gateway.RedisGateway;
import dev.drover.store.CountedStore;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A gateway's metrics.
final class GatewayMetrics implements AutoCloseable {
  private static final String PREFIX = "drover.gateway.";
  private static final double NANOS_PER_SECOND = 1e9;

  private final Meters meters = new Meters();
  private final RedisGateway gateway;
  private final Set<String> numbers = new TreeSet<>();

  /// The gateway's numbers, which are all taken at once by each [#scrape].
  private volatile Map<String, Number> now = Map.of();

  /// @param name of the gateway
  /// @param silent how many homes do not answer
  GatewayMetrics(String name, RedisGateway gateway, CountedStore store, IntSupplier silent) {
    this.gateway = gateway;
    meters.info("drover.gateway", "This gateway.", "gateway", name);
    presentNumbers();
    countsSoFar();
    meters.gauge(PREFIX + "homes.silent", "Homes that do not answer.", silent::getAsInt);
    meters.gauge(
        PREFIX + "serving",
        "1 if partitions at rest are served, else 0.",
        () -> gateway.health().serving() ? 1 : 0);
    for (CountedStore.Operation each : CountedStore.Operation.values()) {
      meters.counter(
          "drover.store.operations",
          "Requests of this process to the store.",
          () -> store.count(each),
          "op",
          each.label());
    }
  }

  private void presentNumbers() {
    gauge("clients", "Clients that are connected.", "clients");
    gauge("held.now", "Requests that wait for a route, because their scope is moving.", "held_now");
    gauge("kept.bytes", "Bytes of requests that wait or have not come as a whole.", "kept_bytes");
    gauge("passes", "Requests under way that a cutover has to wait for.", "passes");
    Supplier<Number> longest = number("longest_hold_nanos");
    meters.gauge(
        PREFIX + "longest.hold.seconds",
        "The longest that a request has waited for a route since the start.",
        () -> longest.get().doubleValue() / NANOS_PER_SECOND);
    meters.gauge(
        PREFIX + "partitions",
        "Partitions that the gateway knows.",
        number("scopes"),
        "engine",
        RedisEngine.NAME.name());
  }

  private void countsSoFar() {
    counter("held", "Requests that have waited for a route.", "held_total");
    counter(
        "unfinished.dropped",
        "Requests that were given up unfinished, because others needed the room.",
        "unfinished_dropped_total");
    counter(
        "refused",
        "Requests that the gateway answered with an error of its own, -UNKNOWN left out.",
        "refused_total");
    counter(
        "unknown",
        "Writes answered with -UNKNOWN: they may or may not have been done.",
        "unknown_total");
    counter("logins.failed", "Wrong passwords.", "logins_failed_total");
    counter(
        "scripts.killed",
        "Scripts that ran for longer than scriptTimeout.",
        "scripts_killed_total");
  }

  private void gauge(String name, String help, String number) {
    meters.gauge(PREFIX + name, help, number(number));
  }

  private void counter(String name, String help, String number) {
    meters.counter(PREFIX + name, help, number(number));
  }

  private Supplier<Number> number(String name) {
    numbers.add(name);
    return () -> now.getOrDefault(name, Double.NaN);
  }

  /// Those of the gateway's numbers that are shown.
  Set<String> numbers() {
    return Set.copyOf(numbers);
  }

  synchronized String scrape() {
    now = gateway.numbers();
    return meters.scrape();
  }

  @Override
  public void close() {
    meters.close();
  }
}
