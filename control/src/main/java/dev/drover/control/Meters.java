package dev.drover.control;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The metrics of one process, with those of its JVM, in Prometheus' text format.
///
/// Names are written with dots, as Micrometer has them. Prometheus sees underscores, and `_total`
/// after counters. Units are seconds and bytes. A label has few values, all known beforehand: no
/// partition, move, client or key is ever one. What is counted of partitions has their engine as a
/// label.
///
/// Source: https://prometheus.io/docs/practices/naming/
public final class Meters implements AutoCloseable {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final List<Runnable> refreshed = new ArrayList<>();

  /// The registry itself keeps none of them alive.
  private final List<Supplier<Number>> counted = new ArrayList<>();

  public Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    gc.bindTo(registry);
  }

  /// What rises and falls.
  ///
  /// @param value NaN if it is not known
  /// @param tags name, value, name, value
  public void gauge(String name, String help, Supplier<Number> value, String... tags) {
    Gauge.builder(name, value).description(help).tags(tags).register(registry);
  }

  /// What only rises, from 0 at the start of the process.
  ///
  /// @param tags name, value, name, value
  public void counter(String name, String help, Supplier<Number> value, String... tags) {
    counted.add(value);
    FunctionCounter.builder(name, value, v -> v.get().doubleValue())
        .description(help)
        .tags(tags)
        .register(registry);
  }

  /// What is counted of each value of a label, asked for anew by each [#scrape].
  public void gauges(String name, String help, String label, Supplier<Map<String, Long>> values) {
    MultiGauge gauges = MultiGauge.builder(name).description(help).register(registry);
    refreshed.add(
        () ->
            gauges.register(
                values.get().entrySet().stream()
                    .map(each -> MultiGauge.Row.of(Tags.of(label, each.getKey()), each.getValue()))
                    .toList(),
                true));
  }

  /// What does not change while the process runs: 1, with texts as labels.
  ///
  /// @param tags name, value, name, value
  public void info(String name, String help, String... tags) {
    gauge(name + ".info", help, () -> 1, tags);
  }

  /// Adds what another part of the process counts.
  public void bind(MeterBinder other) {
    other.bindTo(registry);
  }

  public synchronized String scrape() {
    refreshed.forEach(Runnable::run);
    return registry.scrape();
  }

  @Override
  public void close() {
    gc.close();
    registry.close();
  }
}
