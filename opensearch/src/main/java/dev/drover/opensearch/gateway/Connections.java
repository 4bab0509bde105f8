package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Front;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/// Connections of clients: HTTP/1.1 or HTTP/2, by what they begin with.
final class Connections {
  private static final int LINE_BYTES_MAX = 64 << 10;
  private static final int HEADERS_BYTES_MAX = 64 << 10;
  private static final int PIECE_BYTES_MAX = 32 << 10;

  private Connections() {}

  static Front.Served accept(Lane lane, Channel channel, Planner planner) {
    ClientStream client =
        new ClientStream(lane, channel, new PlainOutlet(lane.loop(), channel), planner);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new RequestDecoder(), client);
    return client;
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
