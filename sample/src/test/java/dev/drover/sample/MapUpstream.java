package dev.drover.sample;

import dev.drover.gateway.net.Endpoint;
import dev.drover.gateway.net.Explained;
import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import org.jspecify.annotations.Nullable;

/// A connection to a server of maps. An answer is given on as its status, two bytes, and its body.
final class MapUpstream extends Upstream {
  private static final int BODY_BYTES_MAX = 4 << 20;

  MapUpstream(Surroundings around, Endpoint home) {
    super(around, home, true);
  }

  @Override
  protected @Nullable ByteBuf greeting(ByteBufAllocator alloc) {
    return null;
  }

  @Override
  protected boolean mayRequest() {
    return true;
  }

  @Override
  protected boolean greeted() {
    return true;
  }

  @Override
  protected void prepare(ChannelHandlerContext ctx) {
    ctx.pipeline().addBefore(ctx.name(), null, new HttpResponseDecoder());
    ctx.pipeline().addBefore(ctx.name(), null, new HttpObjectAggregator(BODY_BYTES_MAX));
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message, long nowNanos) {
    FullHttpResponse response = (FullHttpResponse) message;
    ByteBuf answer = ctx.alloc().buffer(2 + response.content().readableBytes());
    answer.writeShort(response.status().code()).writeBytes(response.content());
    response.release();
    answered(answer, true, 0, nowNanos);
  }

  @Override
  protected Explained explain(Leg leg) {
    return new Explained(
        "then it ends as unknown",
        "Home '" + home() + "' has not answered it: see whether it hangs");
  }
}
