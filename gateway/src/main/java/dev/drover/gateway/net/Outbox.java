package dev.drover.gateway.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// What is to be sent on a connection and has not gone yet: small pieces are gathered in one
/// buffer, large ones go as they are. Owned by one event loop.
final class Outbox {
  private static final int COPY_BYTES_MAX = 8 << 10;
  private static final int BUFFER_BYTES = 1024;

  private @Nullable ByteBuf gathered;
  private boolean everSent;

  /// Whether anything has gone out.
  boolean everSent() {
    return everSent;
  }

  /// The piece is not released.
  ///
  /// @param mayGo whether it may go out now; else it is kept whatever its size
  void write(Channel to, ByteBuf piece, boolean mayGo) {
    int bytes = piece.readableBytes();
    ByteBuf buffer = gathered;
    if (buffer == null) {
      buffer = to.alloc().buffer(Math.max(BUFFER_BYTES, Math.min(bytes, COPY_BYTES_MAX)));
      gathered = buffer;
    }
    if (bytes <= COPY_BYTES_MAX || !mayGo) {
      buffer.writeBytes(piece, piece.readerIndex(), bytes);
      return;
    }
    gathered = null;
    everSent = true;
    if (buffer.isReadable()) {
      Writes.write(to, buffer);
    } else {
      buffer.release();
    }
    Writes.write(to, piece.retainedSlice());
  }

  void flush(Channel to) {
    ByteBuf buffer = gathered;
    gathered = null;
    if (buffer != null) {
      everSent = true;
      Writes.write(to, buffer);
    }
    to.flush();
  }

  void release() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
