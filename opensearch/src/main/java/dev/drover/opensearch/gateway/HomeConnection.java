package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Explained;
import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection to a cluster, kept open between requests. It has one request at a time:
/// a search that takes long would hold up what comes behind it. Owned by one event loop.
final class HomeConnection extends Upstream {
  private static final int HEAD_BYTES_MAX = 64 << 10;
  private static final int PIECE_BYTES_MAX = 64 << 10;

  private final HomeEndpoint home;
  private @Nullable Asking current;
  private boolean informational;
  private boolean keepsAlive = true;

  /// A request, and who hears of its answer.
  interface Asking extends Leg {
    /// Whether only the answer's head will come.
    boolean isHead();

    void headCame(HttpResponse response);
  }

  HomeConnection(Surroundings around, HomeEndpoint home) {
    super(around, home.at(), false);
    this.home = home;
  }

  /// Sends a request's head. What comes for it is told to `request`.
  void begin(Asking request, Outgoing head) {
    current = request;
    announce(request);
    if (usable()) {
      write(Unpooled.wrappedBuffer(head.bytes(home)));
    }
  }

  /// Whether another request may be sent once this one's answer is there.
  boolean keepsAlive() {
    return keepsAlive;
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
    ctx.pipeline().addBefore(ctx.name(), null, new Decoder());
  }

  /// An answer to HEAD announces a body that does not come.
  private final class Decoder extends HttpResponseDecoder {
    Decoder() {
      super(
          new HttpDecoderConfig()
              .setMaxHeaderSize(HEAD_BYTES_MAX)
              .setMaxChunkSize(PIECE_BYTES_MAX));
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      Asking asked = current;
      return (asked != null && asked.isHead()) || super.isContentAlwaysEmpty(message);
    }
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message, long nowNanos) {
    if (message instanceof HttpResponse response) {
      headCame(response);
    } else if (message instanceof HttpContent content) {
      pieceCame(content, nowNanos);
    }
  }

  private void headCame(HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      fail("broke the protocol: " + response.decoderResult().cause().getMessage());
      return;
    }
    informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    Asking asked = current;
    if (!informational && asked != null) {
      keepsAlive = HttpUtil.isKeepAlive(response);
      asked.headCame(response);
    }
  }

  private void pieceCame(HttpContent content, long nowNanos) {
    boolean whole = content instanceof LastHttpContent;
    if (informational) {
      informational = !whole;
      content.release();
    } else if (content.decoderResult().isFailure()) {
      content.release();
      fail("broke the protocol: " + content.decoderResult().cause().getMessage());
    } else if (whole || content.content().isReadable()) {
      answered(content.content(), whole, 0, nowNanos);
    } else {
      content.release();
    }
  }

  @Override
  protected Explained explain(Leg leg) {
    return new Explained(
        "then it ends as unknown (homeTimeout)",
        "Home '"
            + home()
            + "' has not answered it: see whether that cluster hangs, or is busy with something long");
  }
}
