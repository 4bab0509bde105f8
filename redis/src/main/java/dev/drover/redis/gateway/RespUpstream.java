package dev.drover.redis.gateway;

import dev.drover.gateway.net.Buffers;
import dev.drover.gateway.net.Endpoint;
import dev.drover.gateway.net.Explained;
import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to a Redis home. Shared by all clients of an event loop, also for the scripts of
/// one scope, or one client's own for what is too large to share. Owned by one event loop.
final class RespUpstream extends Upstream {
  private static final Logger LOG = LoggerFactory.getLogger(RespUpstream.class);

  private final Way way;
  private final Serving serving;
  private final Handshake handshake;
  private final ReplyScanner scanner = new ReplyScanner();
  private @Nullable ByteBuf rest;

  private RespUpstream(Surroundings around, Serving serving, Way way) {
    super(
        around,
        new Endpoint(way.home().id(), way.home().host(), way.home().port(), way.home().tls()),
        !way.isOwn());
    this.way = way;
    this.serving = serving;
    this.handshake = Handshake.of(serving, way);
  }

  /// Where it makes no sense to connect, it is made all the same, and refuses whatever is sent.
  static RespUpstream connect(Surroundings around, Serving serving, Way way) {
    RespUpstream fresh = new RespUpstream(around, serving, way);
    fresh.connect(fresh.handshake.impossible());
    return fresh;
  }

  boolean isFor(Way other) {
    return takesNew() && way.equals(other);
  }

  boolean isScripts() {
    return way.isScripts();
  }

  /// Whether the home would not keep scripts to their scope, so that they are off there.
  boolean refusesScripts() {
    return handshake.refusesScripts();
  }

  @Override
  protected ByteBuf greeting(ByteBufAllocator alloc) {
    return handshake.requests(alloc);
  }

  /// Scripts have to wait until they run as whom they should.
  @Override
  protected boolean mayRequest() {
    return !isScripts() || handshake.done();
  }

  @Override
  protected boolean greeted() {
    return handshake.done();
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message, long nowNanos) {
    ByteBuf in = joined((ByteBuf) message, ctx);
    try {
      while (in.isReadable()) {
        int start = in.readerIndex();
        boolean whole = scanner.advance(in);
        int bytes = in.readerIndex() - start;
        if (bytes == 0) {
          break;
        }
        take(in.retainedSlice(start, bytes), whole, nowNanos);
        if (!usable()) {
          return;
        }
      }
      if (in.isReadable()) {
        rest = ctx.alloc().buffer(Math.max(256, in.readableBytes() * 2)).writeBytes(in);
      }
    } catch (CorruptedFrameException e) {
      fail("broke the protocol: " + e.getMessage());
    } finally {
      in.release();
    }
  }

  private ByteBuf joined(ByteBuf in, ChannelHandlerContext ctx) {
    ByteBuf before = rest;
    if (before == null) {
      return in;
    }
    rest = null;
    return Buffers.joined(ctx.alloc(), before, in);
  }

  private void take(ByteBuf piece, boolean whole, long nowNanos) {
    if (handshake.done()) {
      answered(piece, whole, scanner.comingBytes(), nowNanos);
      return;
    }
    try {
      String refusal = handshake.answered(piece, whole);
      if (refusal != null) {
        fail(refusal);
      } else if (handshake.done()) {
        greetingAnswered();
      }
    } finally {
      piece.release();
    }
  }

  @Override
  protected void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }

  @Override
  protected void lost(String why) {
    if (handshake.refusesScripts()) {
      LOG.warn("scripts are off at {}, which {}", endpoint(), why);
    } else {
      super.lost(why);
    }
  }

  @Override
  protected long graceNanos(Leg leg) {
    return isScript(leg) ? serving.options().scripts().timeMax().toNanos() : 0;
  }

  @Override
  protected void graceOver(Leg leg) {
    serving.scriptKiller().kill(way.home(), leg.exchange().name());
  }

  private static boolean isScript(Leg leg) {
    return leg.exchange() instanceof Command command && command.script;
  }

  @Override
  protected Explained explain(Leg leg) {
    return isScript(leg)
        ? new Explained(
            "the script is killed at scriptTimeout, and ends as unknown homeTimeout after that",
            "To end it now: SCRIPT KILL at home '" + home() + "', or stop that client")
        : new Explained(
            "then it ends as unknown (homeTimeout)",
            "Home '"
                + home()
                + "' has not answered it: see whether that home hangs or is busy with something long");
  }
}
