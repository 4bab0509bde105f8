package dev.drover.redis.gateway;

import dev.drover.core.HomeId;
import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.gateway.GatewayOptions;
import dev.drover.gateway.RecordReader;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.LoopParts;
import dev.drover.gateway.net.Meters;
import dev.drover.redis.move.RedisHome;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The Redis side of a gateway: clients that speak RESP.
public final class RespFront implements Front {
  private final Serving serving;

  /// @param records how records are read in fresh mode
  /// @param homes all homes that a scope may be at, the default one among them, as they are now
  public RespFront(
      RedisGatewayOptions options,
      GatewayOptions identity,
      RecordReader records,
      Supplier<Map<HomeId, RedisHome>> homes) {
    this.serving = new Serving(options, identity, records, homes);
  }

  @Override
  public String scheme() {
    return "redis";
  }

  /// Clients are not served before some home has answered.
  @Override
  public Optional<String> missing() {
    return serving.commandsOfHomes().isEmpty()
        ? Optional.of("no home has answered yet")
        : Optional.empty();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.counter(
        registry,
        serving,
        "refused",
        "Requests that the gateway answered with an error of its own, -UNKNOWN left out.",
        Serving::refusals);
    Meters.counter(
        registry,
        serving,
        "unknown",
        "Writes answered with -UNKNOWN: they may or may not have been done.",
        Serving::unknowns);
    Meters.counter(
        registry, serving, "logins.failed", "Wrong passwords.", all -> all.logins().failures());
    Meters.counter(
        registry,
        serving,
        "scripts.killed",
        "Scripts that ran for longer than scriptTimeout.",
        all -> all.scriptKiller().killed());
  }

  @Override
  public OnLoop onLoop(LoopParts parts) {
    LoopState state = new LoopState(serving, parts);
    Dispatcher dispatcher = new Dispatcher(state);
    return new OnLoop() {
      @Override
      public Served accept(Channel channel, long id) {
        Client client = new Client(state, channel, id, dispatcher);
        channel.pipeline().addLast(client);
        return client;
      }

      @Override
      public void routed(Gate gate) {
        state.routed(gate);
      }
    };
  }

  @Override
  public void prepare(BooleanSupplier closed) throws InterruptedException {
    new HomeLearning(serving, closed).first();
  }

  @Override
  public ByteBuf full() {
    return Unpooled.wrappedBuffer(Resp.error("ERR max number of clients reached"));
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
  public void removed(PartitionId partition) {
    serving.removed(partition);
  }
}
