package dev.drover.sample;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.engine.config.Address;
import dev.drover.gateway.net.Endpoint;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.LoopParts;
import dev.drover.gateway.net.UpstreamLimits;
import dev.drover.gateway.net.UpstreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A gateway's side for clients of maps: `/map/MAP/KEY` over HTTP/1.1.
final class MapFront implements Front {
  private static final int BODY_BYTES_MAX = 4 << 20;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final String FULL =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final Function<HomeId, MapHome> homes;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  MapFront(Function<HomeId, MapHome> homes) {
    this.homes = homes;
  }

  /// The connections of one event loop.
  record Lane(LoopParts parts, UpstreamPool<HomeId, MapUpstream> pool, Map<String, Gate> gates) {}

  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public OnLoop onLoop(LoopParts parts) {
    Lane lane = new Lane(parts, new UpstreamPool<>(home -> connected(parts, home), 1), gates);
    return (channel, id) -> accept(lane, channel);
  }

  private MapUpstream connected(LoopParts parts, HomeId id) {
    Address at = Address.parse(homes.apply(id).address());
    MapUpstream fresh =
        new MapUpstream(
            parts.surroundings(UpstreamLimits.pipelined(ANSWER_MAX)),
            new Endpoint(id, at.host(), at.port(), Optional.empty()));
    fresh.connect(null);
    return fresh;
  }

  private static Served accept(Lane lane, Channel channel) {
    MapClient client = new MapClient(lane, channel);
    channel
        .pipeline()
        .addLast(new HttpServerCodec(), new HttpObjectAggregator(BODY_BYTES_MAX), client);
    return client;
  }

  @Override
  public void prepare(BooleanSupplier closed) {}

  @Override
  public ByteBuf full() {
    return Unpooled.copiedBuffer(FULL, StandardCharsets.US_ASCII);
  }

  @Override
  public void joined(Guard rest) {}

  @Override
  public void added(Gate gate) {
    gates.put(gate.partition().name(), gate);
  }

  @Override
  public void removed(PartitionId partition) {
    gates.remove(partition.name());
  }
}
