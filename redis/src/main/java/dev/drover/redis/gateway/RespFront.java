package dev.drover.redis.gateway;

import dev.drover.core.PartitionId;
import dev.drover.core.gate.Gate;
import dev.drover.core.gate.Guard;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.LoopParts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.function.BooleanSupplier;

/// The Redis side of a gateway: clients that speak RESP.
final class RespFront implements Front {
  private final Serving serving;

  RespFront(Serving serving) {
    this.serving = serving;
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
