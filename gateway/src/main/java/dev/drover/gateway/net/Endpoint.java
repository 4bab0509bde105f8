package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/// Where a home's server listens.
///
/// @param tls what the home's certificate is checked with, its host name included; empty if it is
///   spoken to plainly
public record Endpoint(HomeId home, String host, int port, Optional<SSLContext> tls) {
  private static final int CONNECT_MILLIS_MAX = 2_000;

  ChannelFuture connect(Loop loop, Transport transport, ChannelHandler handler) {
    return new Bootstrap()
        .group(loop.eventLoop())
        .channel(transport.socketChannel())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
        .handler(handler)
        .connect(host, port);
  }

  /// Puts TLS in front of what the connection has, if the home is spoken to by it. The connection
  /// is there once the home has shown its certificate: before, nothing is sent to it.
  void encrypt(ChannelPipeline pipeline) {
    if (tls.isEmpty()) {
      return;
    }
    SSLEngine engine = tls.get().createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    pipeline.addFirst(new SslHandler(engine), new AfterHandshake());
  }

  private static final class AfterHandshake extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      // Told on when the handshake is over.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (handshake.isSuccess()) {
          ctx.fireChannelActive();
        } else {
          ctx.fireExceptionCaught(handshake.cause());
        }
      }
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public String toString() {
    return "home " + home + " (" + host + ":" + port + ")";
  }
}
