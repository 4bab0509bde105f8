package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.UnfinishedRequests;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// What has come of a client's body and is kept. Owned by one event loop.
final class Gathered {
  private final Lane lane;
  private final UnfinishedRequests.Owner client;
  private @Nullable CompositeByteBuf body;

  Gathered(Lane lane, UnfinishedRequests.Owner client) {
    this.lane = lane;
    this.client = client;
  }

  /// A piece, which belongs to this one now.
  void add(ByteBuf piece) {
    if (!piece.isReadable()) {
      piece.release();
      return;
    }
    CompositeByteBuf all = body;
    if (all == null) {
      all = lane.alloc().compositeBuffer(Integer.MAX_VALUE);
      body = all;
    }
    all.addComponent(true, piece);
  }

  int bytes() {
    return body == null ? 0 : body.readableBytes();
  }

  /// What has come, for a look.
  ByteBuf seen() {
    return body == null ? Unpooled.EMPTY_BUFFER : body.slice();
  }

  /// More of it is waited for: others may be dropped for its room, or this one for theirs.
  void wait(boolean comes) {
    lane.parts().unfinished().note(client, comes ? bytes() : 0);
    if (comes) {
      lane.parts().unfinished().makeRoom(client);
    }
  }

  /// All of it, which belongs to the caller now.
  ByteBuf take() {
    wait(false);
    ByteBuf all = body;
    body = null;
    return all == null ? Unpooled.EMPTY_BUFFER : all;
  }
}
