package dev.drover.redis.gateway;

import io.netty.buffer.ByteBuf;

/// A large request that is passed on while it comes. Requests and replies have the same form on the
/// wire, so a [ReplyScanner] finds its end.
final class RequestStream {
  private final ReplyScanner scanner = new ReplyScanner();
  private final Upstream target;

  RequestStream(Upstream target) {
    this.target = target;
  }

  /// Passes on what is there. If the home is gone, the rest is read and dropped.
  ///
  /// @return whether the request has come to its end
  boolean passOn(ByteBuf in) {
    int start = in.readerIndex();
    boolean whole = scanner.advance(in);
    int bytes = in.readerIndex() - start;
    if (bytes > 0 && target.usable()) {
      target.write(in.slice(start, bytes));
    }
    return whole;
  }
}
