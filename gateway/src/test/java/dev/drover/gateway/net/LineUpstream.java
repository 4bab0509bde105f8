package dev.drover.gateway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A connection to a home that speaks lines. A line answers a request, or is one of its answers; a
/// line that begins with `!` answers nothing.
final class LineUpstream extends Upstream {
  /// An exchange of this name may take a second longer than others.
  static final String SLOW = "SLOW";

  /// How often a request was told to be over its grace.
  final AtomicInteger gracesOver = new AtomicInteger();

  private final boolean greets;
  private boolean greeted;
  private boolean within;
  private @Nullable ByteBuf push;

  /// @param greets whether `HELLO` is said first, and requests wait for its answer
  LineUpstream(Surroundings around, Endpoint home, boolean shared, boolean greets) {
    super(around, home, shared);
    this.greets = greets;
  }

  @Override
  protected @Nullable ByteBuf greeting(ByteBufAllocator alloc) {
    return greets ? alloc.buffer().writeBytes("HELLO\n".getBytes(StandardCharsets.US_ASCII)) : null;
  }

  @Override
  protected boolean mayRequest() {
    return greeted();
  }

  @Override
  protected boolean greeted() {
    return greeted || !greets;
  }

  @Override
  protected void received(ChannelHandlerContext ctx, Object message, long nowNanos) {
    ByteBuf in = (ByteBuf) message;
    try {
      while (in.isReadable() && usable()) {
        int end = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
        boolean whole = end >= 0;
        boolean pushes = push != null || (!within && in.getByte(in.readerIndex()) == '!');
        int bytes = whole ? end + 1 - in.readerIndex() : in.readableBytes();
        within = !whole;
        take(in.readRetainedSlice(bytes), whole, pushes, ctx, nowNanos);
      }
    } finally {
      in.release();
    }
  }

  private void take(
      ByteBuf piece, boolean whole, boolean pushes, ChannelHandlerContext ctx, long nowNanos) {
    if (!greeted()) {
      piece.release();
      greeted = whole;
      if (greeted) {
        greetingAnswered();
      }
    } else if (pushes) {
      ByteBuf before = push;
      ByteBuf all = before == null ? piece : Buffers.joined(ctx.alloc(), before, piece);
      push = whole ? null : all;
      if (whole) {
        pushed(all);
      }
    } else {
      answered(piece, whole, 0, nowNanos);
    }
  }

  @Override
  protected void release() {
    if (push != null) {
      push.release();
      push = null;
    }
  }

  @Override
  protected long graceNanos(Leg leg) {
    return leg.exchange().name().equals(SLOW) ? TimeUnit.SECONDS.toNanos(1) : 0;
  }

  @Override
  protected void graceOver(Leg leg) {
    gracesOver.incrementAndGet();
  }

  @Override
  protected Explained explain(Leg leg) {
    return new Explained("then it ends as unknown", "Look at home '" + home() + "'");
  }
}
