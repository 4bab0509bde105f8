package dev.drover.redis.gateway;

import dev.drover.gateway.net.Upstream;
import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// A large request that is passed on, or dropped, while it comes. It is read with the same rigour
/// as one that is held ([RequestReader]).
final class RequestStream {
  /// From here on a request is passed on while it comes, and a reply while it goes.
  static final int LARGE_BYTES = 1 << 20;

  /// What has to have come of a large argument before its length is passed on.
  private static final int FIRST_BYTES = 32 << 10;

  private final @Nullable Upstream target;
  private final @Nullable Command command;
  private final @Nullable AnnouncedBytes announced;
  private long arguments = -1;
  private long bulkBytes = -1;
  private boolean waitsForRoom;

  private RequestStream(
      @Nullable Upstream target, @Nullable Command command, @Nullable AnnouncedBytes announced) {
    this.target = target;
    this.command = command;
    this.announced = announced;
  }

  /// One that goes to a home, from its first byte on.
  static RequestStream to(Upstream target, Command command, AnnouncedBytes announced) {
    return new RequestStream(target, command, announced);
  }

  /// One that nobody wants: its client was answered already.
  static RequestStream dropped() {
    return new RequestStream(null, null, null);
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

  /// Whether more is to be read from the client.
  boolean flows(AnnouncedBytes.Sender client, int buffered) {
    return target == null
        || (target.takesPiece(client) && !(waitsForRoom && buffered > 2 * FIRST_BYTES));
  }

  /// What the home keeps for it is not needed any more.
  void giveRoomBack() {
    if (announced != null) {
      announced.over(this);
    }
  }

  /// Passes on what is there. If the home is gone, the rest is read and dropped.
  ///
  /// @return whether the request has come to its end
  /// @throws BadRequest if it goes on as no request does; what was well formed has been passed on
  boolean passOn(ByteBuf in, AnnouncedBytes.Sender client) throws BadRequest {
    int start = in.readerIndex();
    boolean whole;
    try {
      whole = advance(in, client);
    } finally {
      int bytes = in.readerIndex() - start;
      Upstream to = target;
      if (to != null && !to.usable()) {
        giveRoomBack();
      } else if (bytes > 0 && to != null) {
        to.write(in.slice(start, bytes));
        came(bytes);
      }
    }
    return whole;
  }

  private boolean advance(ByteBuf in, AnnouncedBytes.Sender client) throws BadRequest {
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
        long length = RequestReader.bulk(in, in.readerIndex(), end, false);
        if (!mayAnnounce(length, in.writerIndex() - end, client)) {
          return false;
        }
        bulkBytes = length;
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
      giveRoomBack();
    }
    return true;
  }

  /// Whether the home may be told the length of an argument. It makes room for a large one at once,
  /// so some of that has to have come, and not too much may be announced already.
  ///
  /// @param there bytes of the argument that have come
  private boolean mayAnnounce(long length, int there, AnnouncedBytes.Sender client) {
    if (announced == null || length < LARGE_BYTES) {
      return true;
    }
    if (there < FIRST_BYTES) {
      return false;
    }
    waitsForRoom = !announced.take(this, length, client);
    return !waitsForRoom;
  }

  private void came(int bytes) {
    if (announced != null && bulkBytes > 0) {
      announced.came(this, bytes);
    }
  }
}
