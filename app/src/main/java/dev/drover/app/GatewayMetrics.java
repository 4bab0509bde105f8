package dev.drover.app;

import dev.drover.control.Meters;
import dev.drover.store.CountedStore;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.IntSupplier;

/// A gateway's metrics.
final class GatewayMetrics implements AutoCloseable {
  private final Meters meters = new Meters();

  /// @param name of the gateway
  /// @param gateway what it counts
  /// @param silent how many homes do not answer
  GatewayMetrics(String name, MeterBinder gateway, CountedStore store, IntSupplier silent) {
    meters.info("drover.gateway", "This gateway.", "gateway", name);
    meters.bind(gateway);
    meters.gauge("drover.gateway.homes.silent", "Homes that do not answer.", silent::getAsInt);
    for (CountedStore.Operation each : CountedStore.Operation.values()) {
      meters.counter(
          "drover.store.operations",
          "Requests of this process to the store.",
          () -> store.count(each),
          "op",
          each.label());
    }
  }

  String scrape() {
    return meters.scrape();
  }

  @Override
  public void close() {
    meters.close();
  }
}
