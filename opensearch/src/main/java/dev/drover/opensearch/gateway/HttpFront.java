package dev.drover.opensearch.gateway;

import dev.drover.core.Clocks;
import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.LoopParts;
import dev.drover.gateway.net.Meters;
import dev.drover.opensearch.rewrite.Refused;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The OpenSearch side of a gateway: clients that speak HTTP.
public final class HttpFront implements Front {
  private static final int UNAVAILABLE = 503;

  private final Serving serving;
  private final Planner planner;

  /// @param homes all homes that a tenant may be at, as they are now
  /// @param records how records are read in mode `fresh`; empty in mode `leased`
  public HttpFront(
      FrontOptions options,
      Supplier<Map<HomeId, HomeEndpoint>> homes,
      Clocks clocks,
      Chance chance,
      Optional<RecordReader> records) {
    this.serving = new Serving(options, homes, clocks, chance, records);
    this.planner = new Planner(serving);
  }

  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public List<String> protocols() {
    return List.of("h2", "http/1.1");
  }

  @Override
  public OnLoop onLoop(LoopParts parts) {
    Lane lane = new Lane(serving, parts);
    return (channel, id) -> Connections.accept(lane, channel, planner);
  }

  @Override
  public void prepare(BooleanSupplier closed) {}

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.counter(
        registry,
        serving,
        "refused",
        "Requests that the gateway answered with an error of its own.",
        all -> all.refusals().sum());
    Meters.counter(
        registry,
        serving,
        "unknown",
        "Writes answered with 503 that may or may not have been done.",
        all -> all.unknowns().sum());
  }

  @Override
  public ByteBuf full() {
    byte[] body =
        Refused.body(UNAVAILABLE, Refused.RETRY, "too many clients are connected to this gateway");
    String head =
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: %s\r\ncontent-length: %d\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
            .formatted(AnswerHead.JSON, body.length);
    return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body);
  }

  @Override
  public void joined(Guard rest) {
    serving.joined(rest);
  }

  @Override
  public void added(Gate gate) {
    serving.added(gate);
  }

  @Override
  public void removed(PartitionId tenant) {
    serving.removed(tenant);
  }
}
