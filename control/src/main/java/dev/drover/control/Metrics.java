package dev.drover.control;

import dev.drover.store.CountedStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// A controller's metrics, in Prometheus' text format.
final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();

  Metrics(Controller controller) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    gc.bindTo(registry);
    gauge("drover.partitions", "partitions known", () -> controller.catalog().size());
    gauge(
        "drover.partitions.corrupt",
        "partitions whose record does not check",
        () -> controller.catalog().corrupt().size());
    gauge(
        "drover.partitions.moving",
        "partitions under a move",
        () ->
            controller.catalog().unsettled().stream().filter(k -> k.partition().moving()).count());
    gauge(
        "drover.partitions.owing",
        "partitions with something left to put right",
        () ->
            controller.catalog().unsettled().stream()
                .filter(k -> !k.partition().owed().isEmpty())
                .count());
    gauge(
        "drover.partitions.at.fallback",
        "partitions whose fallback has taken over",
        () -> controller.fallbacks().atFallback());
    gauge(
        "drover.homes.lost",
        "homes that a server and most gateways cannot reach",
        () -> controller.fallbacks().lost().size());
    gauge(
        "drover.homes.silent",
        "homes that do not answer this server right now",
        () -> controller.homes().silent().size());
    gauge(
        "drover.gateways.differing",
        "gateways whose configuration differs from this server's, -1 if the store does not say",
        controller.fleet()::differing);
    gauge(
        "drover.strays.items",
        "items that are set aside at homes and wait for an operator's decision",
        () -> controller.keeping().undecided());
    gauge(
        "drover.store.up",
        "1 if the store answered last",
        () -> controller.storeProblem().isEmpty() ? 1 : 0);
    for (CountedStore.Operation each : CountedStore.Operation.values()) {
      FunctionCounter.builder("drover.store.operations", controller.store(), s -> s.count(each))
          .description("calls of the store by this server")
          .tag("op", each.label())
          .register(registry);
    }
    gauge(
        "drover.controller.leads",
        "1 if this server drives",
        () -> controller.leadership().leads() ? 1 : 0);
    gauge(
        "drover.moves.completed",
        "moves completed by this process",
        controller.endings()::completed);
    gauge("drover.moves.aborted", "moves aborted by this process", controller.endings()::aborted);
    gauge(
        "drover.moves.last.hold.seconds",
        "how long writers were held in the last completed move",
        () -> controller.endings().lastHoldNanos() / 1e9);
  }

  private void gauge(String name, String help, java.util.function.Supplier<Number> value) {
    Gauge.builder(name, value).description(help).register(registry);
  }

  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
