package dev.drover.redis.gateway;

import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A large request that is passed on, or dropped, while it comes. It is read with the same rigour
/// as one that is held ([RequestReader]).
final class RequestStream {
  private final @Nullable Upstream target;
  private final @Nullable Command command;
  private long arguments = -1;
  private long bulkBytes = -1;

  private RequestStream(@Nullable Upstream target, @Nullable Command command) {
    this.target = target;
    this.command = command;
  }

  /// One that goes to a home, from its first byte on.
  static RequestStream to(Upstream target, Command command) {
    return new RequestStream(target, command);
  }

  /// One that nobody wants: its client was answered already.
  static RequestStream dropped() {
    return new RequestStream(null, null);
  }

  /// The write whose request is still coming, and which cannot be done before it is whole.
  @Nullable Command command() {
    return command;
  }

  /// What is still coming of `other` is read and dropped.
  static RequestStream goOnDropping(RequestStream other) {
    RequestStream rest = dropped();
    rest.arguments = other.arguments;
    rest.bulkBytes = other.bulkBytes;
    return rest;
  }

  /// Whether more can be passed on now.
  boolean flows(Client client) {
    return target == null || target.takesPiece(client);
  }

  /// Passes on what is there. If the home is gone, the rest is read and dropped.
  ///
  /// @return whether the request has come to its end
  /// @throws BadRequest if it goes on as no request does; what was well formed has been passed on
  boolean passOn(ByteBuf in) throws BadRequest {
    int start = in.readerIndex();
    boolean whole;
    try {
      whole = advance(in);
    } finally {
      int bytes = in.readerIndex() - start;
      Upstream to = target;
      if (bytes > 0 && to != null && to.usable()) {
        to.write(in.slice(start, bytes));
      }
    }
    return whole;
  }

  private boolean advance(ByteBuf in) throws BadRequest {
    if (arguments < 0) {
      int end = RequestReader.header(in, in.readerIndex(), in.writerIndex(), '*');
      if (end < 0) {
        return false;
      }
      arguments = Math.max(0, RequestReader.arguments(in, in.readerIndex(), end, false));
      in.readerIndex(end);
    }
    while (arguments > 0) {
      if (bulkBytes < 0) {
        int end = RequestReader.header(in, in.readerIndex(), in.writerIndex(), '$');
        if (end < 0) {
          return false;
        }
        bulkBytes = RequestReader.bulk(in, in.readerIndex(), end, false);
        in.readerIndex(end);
      }
      int step = (int) Math.min(bulkBytes, in.readableBytes());
      in.skipBytes(step);
      bulkBytes -= step;
      if (bulkBytes > 0 || in.readableBytes() < 2) {
        return false;
      }
      RequestReader.checkEnd(in, in.readerIndex());
      in.skipBytes(2);
      bulkBytes = -1;
      arguments--;
    }
    return true;
  }
}
