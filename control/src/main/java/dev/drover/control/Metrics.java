package dev.drover.control;

import dev.drover.core.Engine;
import dev.drover.core.PartitionId;
import dev.drover.store.CountedStore;
import dev.drover.store.records.Keys;
import dev.drover.store.records.Records;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A controller's metrics.
final class Metrics implements AutoCloseable {
  private final Meters meters = new Meters();
  private final Controller controller;

  Metrics(Controller controller) {
    this.controller = controller;
    meters.info(
        "drover.server",
        "This server, and the newest format of records that it knows.",
        "server",
        controller.options().name(),
        "record_format",
        Integer.toString(Records.FORMAT));
    partitions();
    fleet();
    moves();
  }

  private void partitions() {
    byEngine(
        "drover.partitions",
        "Partitions whose record can be read.",
        () -> counts(controller.catalog().byEngine()));
    byEngine(
        "drover.partitions.corrupt",
        "Partitions whose record cannot be read.",
        () -> counts(controller.catalog().corrupt().keySet().stream().map(Keys::partitionOf)));
    byEngine(
        "drover.partitions.moving",
        "Partitions that move.",
        () ->
            counts(
                controller.catalog().unsettled().stream()
                    .filter(k -> k.partition().moving())
                    .map(k -> k.partition().id())));
    byEngine(
        "drover.partitions.owing",
        "Partitions with something left to put right.",
        () ->
            counts(
                controller.catalog().unsettled().stream()
                    .filter(k -> !k.partition().owed().isEmpty())
                    .map(k -> k.partition().id())));
    byEngine(
        "drover.partitions.at.fallback",
        "Partitions whose fallback has taken over.",
        () -> counts(controller.fallbacks().atFallback()));
    meters.gauge(
        "drover.strays.items",
        "Items that are set aside at homes and wait for an operator's decision.",
        () -> controller.keeping().undecided());
  }

  private void fleet() {
    meters.gauge(
        "drover.homes.lost",
        "Homes that a server and most gateways cannot reach.",
        () -> controller.fallbacks().lost().size());
    meters.gauge(
        "drover.homes.silent",
        "Homes that do not answer this server now.",
        () -> controller.homes().silent().size());
    meters.gauge(
        "drover.gateways.differing",
        "Gateways whose configuration differs from this server's. NaN if the store does not say.",
        () -> known(controller.fleet().differing()));
    meters.gauge(
        "drover.store.up",
        "1 if the store has answered when it was last asked, else 0.",
        () -> controller.storeProblem().isEmpty() ? 1 : 0);
    for (CountedStore.Operation each : CountedStore.Operation.values()) {
      meters.counter(
          "drover.store.operations",
          "Requests of this process to the store.",
          () -> controller.store().count(each),
          "op",
          each.label());
    }
  }

  private void moves() {
    meters.gauge(
        "drover.controller.leads",
        "1 if this server drives all moves, else 0.",
        () -> controller.leadership().leads() ? 1 : 0);
    String ended = "Moves that have ended at this process.";
    meters.counter(
        "drover.moves", ended, () -> controller.endings().completed(), "outcome", "completed");
    meters.counter(
        "drover.moves", ended, () -> controller.endings().aborted(), "outcome", "aborted");
    meters.gauge(
        "drover.moves.last.hold.seconds",
        "How long writes were held in the last move that this process has completed. NaN if there"
            + " was none.",
        () ->
            controller.endings().completed() == 0
                ? Double.NaN
                : controller.endings().lastHoldNanos() / 1e9);
  }

  private void byEngine(String name, String help, Supplier<Map<String, Long>> counts) {
    meters.gauges(name, help, "engine", counts);
  }

  private Map<String, Long> counts(Stream<PartitionId> ids) {
    Map<String, Long> counts = zeros();
    ids.forEach(id -> counts.merge(id.engine().name(), 1L, Long::sum));
    return counts;
  }

  private Map<String, Long> counts(Map<Engine, Integer> engines) {
    Map<String, Long> counts = zeros();
    engines.forEach((engine, count) -> counts.put(engine.name(), (long) count));
    return counts;
  }

  /// Of the engines of this server; those of others show once there are partitions of theirs.
  private Map<String, Long> zeros() {
    Map<String, Long> counts = new TreeMap<>();
    controller.movers().engines().forEach(engine -> counts.put(engine.name(), 0L));
    return counts;
  }

  private static double known(OptionalInt count) {
    return count.isPresent() ? count.getAsInt() : Double.NaN;
  }

  String scrape() {
    return meters.scrape();
  }

  @Override
  public void close() {
    meters.close();
  }
}
