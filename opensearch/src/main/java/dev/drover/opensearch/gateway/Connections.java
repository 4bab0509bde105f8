package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.Writes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A client's connection: HTTP/1.1 or HTTP/2, by what it begins with. An HTTP/2 client may have
/// agreed on it by ALPN, or know it beforehand (RFC 9113, section 3.3). Owned by one event loop.
final class Connections implements Front.Served {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
  private static final int LINE_BYTES_MAX = 64 << 10;
  private static final int HEADERS_BYTES_MAX = 64 << 10;
  private static final int PIECE_BYTES_MAX = 32 << 10;
  private static final int STREAMS_MAX = 128;

  /// A client that begins streams and takes them back costs more than it pays (CVE-2023-44487).
  private static final int RESETS_MAX = 200;

  private static final int RESETS_SECONDS = 30;
  private static final int EMPTY_FRAMES_MAX = 2;

  private final Lane lane;
  private final Channel channel;
  private final Planner planner;
  private final Set<ClientStream> streams = new LinkedHashSet<>();
  private @Nullable ClientStream plain;
  private boolean multiplexed;
  private boolean draining;

  private Connections(Lane lane, Channel channel, Planner planner) {
    this.lane = lane;
    this.channel = channel;
    this.planner = planner;
  }

  static Front.Served accept(Lane lane, Channel channel, Planner planner) {
    Connections connection = new Connections(lane, channel, planner);
    channel.pipeline().addLast(connection.new Beginning());
    return connection;
  }

  /// The first bytes say which it is.
  private final class Beginning extends ByteToMessageDecoder {
    private static final String PREFACE = "PRI";

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      int bytes = Math.min(in.readableBytes(), PREFACE.length());
      boolean same = true;
      for (int i = 0; i < bytes; i++) {
        same &= in.getByte(in.readerIndex() + i) == PREFACE.charAt(i);
      }
      if (same && bytes < PREFACE.length()) {
        return;
      }
      if (same) {
        multiplex(ctx.pipeline());
      } else {
        plain(ctx.pipeline());
      }
      ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      broken(cause);
    }
  }

  /// What no stream has to answer for: the client's connection has broken, or the client broke the
  /// protocol of HTTP/2. Of the latter the codec tells it, and closes then.
  private void broken(Throwable cause) {
    LOG.debug("{}: {}", channel.remoteAddress(), cause.toString());
    if (!(cause instanceof Http2Exception)) {
      Writes.closeNow(channel);
    }
  }

  private void plain(ChannelPipeline pipeline) {
    ClientStream client =
        new ClientStream(lane, channel, new PlainOutlet(lane.loop(), channel), planner);
    plain = client;
    pipeline.addLast(new RequestDecoder(), client);
    if (draining) {
      client.drain();
    }
  }

  private void multiplex(ChannelPipeline pipeline) {
    multiplexed = true;
    pipeline.addLast(
        Http2FrameCodecBuilder.forServer()
            .initialSettings(
                Http2Settings.defaultSettings()
                    .maxConcurrentStreams(STREAMS_MAX)
                    .maxHeaderListSize(HEADERS_BYTES_MAX))
            .decoderEnforceMaxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(EMPTY_FRAMES_MAX)
            .build(),
        new Http2MultiplexHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel stream) {
                begun(stream);
              }
            }),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            broken(cause);
          }
        });
    if (draining) {
      goAway();
    }
  }

  private void begun(Channel stream) {
    ClientStream client = new ClientStream(lane, stream, new StreamOutlet(stream), planner);
    streams.add(client);
    stream.closeFuture().addListener(_ -> ended(client));
    stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), client);
  }

  private void ended(ClientStream client) {
    streams.remove(client);
    if (draining && streams.isEmpty()) {
      Writes.close(channel);
    }
  }

  @Override
  public void drain() {
    draining = true;
    ClientStream client = plain;
    if (client != null) {
      client.drain();
    } else if (multiplexed) {
      goAway();
    } else {
      Writes.close(channel);
    }
  }

  /// The client begins no more streams here; those that it has begun are answered.
  private void goAway() {
    ChannelFuture _ = channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
    if (streams.isEmpty()) {
      Writes.close(channel);
    }
  }

  /// A request that announces its body in two ways can be read in two ways.
  private static final class RequestDecoder extends HttpRequestDecoder {
    RequestDecoder() {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(LINE_BYTES_MAX)
              .setMaxHeaderSize(HEADERS_BYTES_MAX)
              .setMaxChunkSize(PIECE_BYTES_MAX));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
      message.setDecoderResult(
          DecoderResult.failure(
              new IllegalArgumentException("it has both Transfer-Encoding and Content-Length")));
    }
  }
}
