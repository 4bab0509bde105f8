package dev.drover.redis.gateway;

import dev.drover.gateway.net.Buffers;
import dev.drover.gateway.net.UnfinishedRequests;
import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// What has come from one client and was not taken yet, and the request at its start. What is kept
/// of requests that are not there as a whole is counted, and may be dropped to make room. Owned by
/// one event loop.
final class ClientInput {
  /// From here on what a client keeps waiting is counted.
  private static final int COUNTED_BYTES = 4 << 10;

  private final UnfinishedRequests unfinished;
  private final RequestReader reader = new RequestReader();
  private @Nullable ByteBuf bytes;
  private boolean partial;

  /// What is at the start.
  enum Next {
    /// Nothing that can be taken yet.
    NOTHING,

    /// One that asks for nothing. It was dropped.
    EMPTY,

    /// One written as a line. It was written anew as a request; look again.
    INLINE,

    /// A request as a whole.
    WHOLE,

    /// A large request whose rest is still coming.
    LARGE
  }

  ClientInput(UnfinishedRequests unfinished) {
    this.unfinished = unfinished;
  }

  /// The request at the start, once [#next] has found one.
  RequestReader reader() {
    return reader;
  }

  void add(ByteBufAllocator alloc, ByteBuf more) {
    ByteBuf before = bytes;
    bytes = before == null ? more : Buffers.joined(alloc, before, more);
  }

  /// All that is there, to be read from its start; null if nothing is.
  @Nullable ByteBuf bytes() {
    return bytes;
  }

  int size() {
    ByteBuf there = bytes;
    return there == null ? 0 : there.readableBytes();
  }

  /// Whether there is nothing, or only a part of a request.
  boolean isTaken() {
    return bytes == null || partial;
  }

  /// The bytes that a request keeps waiting and that are not counted as unfinished.
  int uncounted() {
    return size() >= COUNTED_BYTES ? 0 : size();
  }

  /// Finds the next request.
  ///
  /// @param stranger whether its client has not logged in; then only small requests are read
  Next next(boolean stranger) throws BadRequest {
    ByteBuf buffer = bytes;
    if (buffer == null || !buffer.isReadable()) {
      return Next.NOTHING;
    }
    if (InlineRequests.isNext(buffer)) {
      ByteBuf rewritten = InlineRequests.rewrite(buffer);
      bytes = rewritten == null ? buffer : rewritten;
      return rewritten == null ? Next.NOTHING : Next.INLINE;
    }
    reader.stranger(stranger);
    RequestReader.Found found = reader.look(buffer);
    partial = found != RequestReader.Found.WHOLE;
    if (found == RequestReader.Found.MORE) {
      return Next.NOTHING;
    }
    if (found == RequestReader.Found.WHOLE) {
      if (reader.arguments() > 0) {
        return Next.WHOLE;
      }
      consume();
      return Next.EMPTY;
    }
    long coming = Math.max(reader.comingBulk(), buffer.readableBytes());
    return coming < RequestStream.LARGE_BYTES || reader.noted() == 0 ? Next.NOTHING : Next.LARGE;
  }

  /// Drops the request at the start.
  void consume() {
    ByteBuf buffer = bytes;
    if (buffer != null) {
      buffer.skipBytes(reader.scanned());
    }
    reader.reset();
  }

  /// Gives back what was taken, and counts what is kept.
  ///
  /// @param mayPush whether others' unfinished requests may be dropped for this one
  void account(UnfinishedRequests.Owner client, boolean mayPush) {
    ByteBuf buffer = bytes;
    if (buffer != null && !buffer.isReadable()) {
      release();
      buffer = null;
    }
    boolean counted = buffer != null && buffer.readableBytes() >= COUNTED_BYTES;
    unfinished.note(client, counted && buffer != null ? buffer.capacity() : 0);
    if (counted && mayPush) {
      unfinished.makeRoom(client);
    }
  }

  /// Nothing of it will be taken.
  void drop() {
    release();
    reader.reset();
  }

  private void release() {
    ByteBuf buffer = bytes;
    bytes = null;
    if (buffer != null) {
      buffer.release();
    }
  }
}
