package dev.drover.gateway.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/// What has come of a request or a reply, while the rest is waited for.
public final class Buffers {
  /// From here on it is kept on the heap, which gives it back afterwards.
  private static final int HEAP_BYTES = 64 << 10;

  private Buffers() {}

  /// Appends what has come. Both are the caller's no more.
  public static ByteBuf joined(ByteBufAllocator alloc, ByteBuf before, ByteBuf more) {
    boolean fits =
        before.refCnt() == 1
            && !before.isReadOnly()
            && before.readerIndex() == 0
            && before.writableBytes() >= more.readableBytes();
    if (fits) {
      before.writeBytes(more);
      more.release();
      return before;
    }
    int need = before.readableBytes() + more.readableBytes();
    int room = need + need / 2;
    ByteBuf both = need > HEAP_BYTES ? Unpooled.buffer(room) : alloc.buffer(room);
    both.writeBytes(before).writeBytes(more);
    before.release();
    more.release();
    return both;
  }
}
