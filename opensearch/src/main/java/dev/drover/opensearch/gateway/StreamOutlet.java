package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Writes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;

/// The answer on a stream of an HTTP/2 connection.
final class StreamOutlet implements Outlet {
  private final Channel stream;
  private boolean ended;

  StreamOutlet(Channel stream) {
    this.stream = stream;
  }

  @Override
  public void head(AnswerHead head, long length, boolean bodiless, boolean closes) {
    Http2Headers headers = new DefaultHttp2Headers().status(Integer.toString(head.status()));
    head.headers().forEach(headers::add);
    if (length >= 0) {
      headers.addLong("content-length", length);
    }
    ended = bodiless || length == 0;
    Writes.write(stream, new DefaultHttp2HeadersFrame(headers, ended));
  }

  @Override
  public void piece(ByteBuf piece) {
    if (piece.isReadable() && !ended) {
      Writes.write(stream, new DefaultHttp2DataFrame(piece));
    } else {
      piece.release();
    }
  }

  @Override
  public void end() {
    if (!ended) {
      ended = true;
      Writes.write(stream, new DefaultHttp2DataFrame(true));
    }
    stream.flush();
  }

  @Override
  public void flush() {
    stream.flush();
  }

  @Override
  public boolean writable() {
    return stream.isWritable();
  }

  /// Whoever still sends a body is told that it need not, and that the answer counts (RFC 9113,
  /// section 8.1).
  @Override
  public void close() {
    ChannelFuture _ = stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    Writes.close(stream);
  }

  @Override
  public void cut() {
    ended = true;
    ChannelFuture _ = stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  @Override
  public void askForBody() {
    Writes.write(
        stream, new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("100"), false));
    stream.flush();
  }
}
