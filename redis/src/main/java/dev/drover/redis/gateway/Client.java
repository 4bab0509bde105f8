package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: takes its requests in order, and answers them in order. Owned by one
/// event loop.
///
/// A request that must wait (its scope is held, its home is full, it needs a connection of its own)
/// stays unread in the buffer, and everything behind it waits too; so a client is never overtaken
/// by itself.
final class Client extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Client.class);

  /// Requests without their reply.
  private static final int IN_FLIGHT_MAX = 4_096;

  /// What is read ahead while the client waits.
  private static final int READ_AHEAD_BYTES = 64 << 10;

  /// From here on a request is passed on while it comes, and a reply while it goes.
  static final int LARGE_BYTES = 1 << 20;

  private final Lane lane;
  private final Channel channel;
  private final long id;
  private final RequestReader reader = new RequestReader();
  private final Replies replies;
  final ClientState state = new ClientState();
  private @Nullable ByteBuf in;
  private @Nullable Upstream own;
  private @Nullable RequestStream stream;
  private boolean blocked;
  private boolean processing;
  private boolean closing;
  private boolean gone;
  private long heldSinceNanos;
  private long heldBytes;
  private @Nullable Gate heldBy;
  private boolean held;

  Client(Lane lane, Channel channel, long id) {
    this.lane = lane;
    this.channel = channel;
    this.id = id;
    this.replies = new Replies(this, lane, channel);
  }

  long id() {
    return id;
  }

  Lane lane() {
    return lane;
  }

  RequestReader reader() {
    return reader;
  }

  boolean idle() {
    return replies.isEmpty();
  }

  /// Takes nothing more until all replies are there.
  void waitForReplies() {
    state.waitsForReplies = true;
    block();
  }

  String address() {
    return String.valueOf(channel.remoteAddress());
  }

  // --- requests

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf more = (ByteBuf) message;
    RequestStream passing = stream;
    if (passing != null && in == null) {
      in = more;
      passOn(passing);
    } else if (in == null || !in.isReadable()) {
      if (in != null) {
        in.release();
      }
      in = more;
    } else {
      in = joined(in, more);
    }
    process();
  }

  private ByteBuf joined(ByteBuf before, ByteBuf more) {
    boolean fits =
        before.refCnt() == 1
            && !before.isReadOnly()
            && before.writableBytes() >= more.readableBytes();
    if (fits && before.readerIndex() == 0) {
      before.writeBytes(more);
      more.release();
      return before;
    }
    ByteBuf both = channel.alloc().buffer((before.readableBytes() + more.readableBytes()) * 2);
    both.writeBytes(before).writeBytes(more);
    before.release();
    more.release();
    return both;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    lane.flushClients();
  }

  /// Takes requests for as long as none has to wait.
  private void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      while (!blocked
          && !closing
          && stream == null
          && replies.size() < IN_FLIGHT_MAX
          && takeOne()) {
        // Each turn takes one request.
      }
    } catch (RequestReader.BadRequest e) {
      answer(e.line());
      closeAfterReplies();
    } finally {
      processing = false;
    }
    trim();
    updateReading();
  }

  /// @return whether a request was taken, so that there may be another
  private boolean takeOne() throws RequestReader.BadRequest {
    ByteBuf buffer = in;
    if (buffer == null || !buffer.isReadable()) {
      return false;
    }
    RequestReader.Found found = reader.look(buffer);
    if (found == RequestReader.Found.MORE) {
      return false;
    }
    if (found == RequestReader.Found.WHOLE && reader.arguments() == 0) {
      consume();
      return true;
    }
    boolean whole = found == RequestReader.Found.WHOLE;
    long coming = Math.max(reader.comingBulk(), buffer.readableBytes());
    if (!whole && (coming < LARGE_BYTES || reader.noted() == 0)) {
      return false;
    }
    return lane.dispatcher().dispatch(this, buffer, whole);
  }

  /// Drops the request at hand from the buffer.
  void consume() {
    ByteBuf buffer = in;
    if (buffer != null) {
      buffer.skipBytes(reader.scanned());
    }
    reader.reset();
  }

  private void trim() {
    if (in != null && !in.isReadable()) {
      in.release();
      in = null;
    }
  }

  /// Everything that stopped this client is worth another try.
  void resume() {
    process();
  }

  /// What it was blocked for is over; if it waits for its replies, it goes on waiting for them.
  void unblock() {
    blocked = state.waitsForReplies && !replies.isEmpty();
    process();
  }

  void block() {
    blocked = true;
  }

  private void updateReading() {
    int buffered = in == null ? 0 : in.readableBytes();
    boolean streamFull = stream != null && own != null && !own.takesPiece(this);
    boolean waits = blocked || replies.size() >= IN_FLIGHT_MAX;
    boolean read =
        !streamFull
            && !(waits && buffered > READ_AHEAD_BYTES)
            && channel.isWritable()
            && replies.size() < IN_FLIGHT_MAX;
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  // --- holding

  /// The request at hand waits until the gate's route changes.
  ///
  /// @return whether it was refused instead, and so is done with
  boolean hold(@Nullable Gate gate) {
    if (!held) {
      held = true;
      heldBytes = in == null ? 0 : in.readableBytes();
      heldSinceNanos = lane.gateway().nanos();
      if (!lane.gateway().holding().add(heldBytes)) {
        refuse("too many requests are held at this gateway");
        return true;
      }
    } else if (heldTooLong(lane.gateway().nanos())) {
      refuseHeld();
      return true;
    }
    heldBy = gate;
    block();
    lane.hold(gate, this);
    return false;
  }

  /// The same for a request that is still coming. If it is refused, the rest of it cannot be told
  /// from the next one, so the client is disconnected.
  boolean holdLarge(@Nullable Gate gate) {
    if (hold(gate)) {
      closeAfterReplies();
    }
    return false;
  }

  boolean heldTooLong(long nowNanos) {
    return gone || nowNanos - heldSinceNanos > lane.gateway().options().holdMax().toNanos();
  }

  /// Its gate's route has changed.
  void heldNoMore() {
    unblock();
  }

  /// The request at hand was admitted at last.
  void admitted() {
    if (held) {
      held = false;
      lane.gateway().holding().remove(heldBytes, lane.gateway().nanos() - heldSinceNanos);
    }
  }

  void refuseHeld() {
    Gate gate = heldBy;
    String scope = gate == null ? "" : " writes of scope '" + gate.partition() + "'";
    lane.gateway().holding().remove(heldBytes, lane.gateway().nanos() - heldSinceNanos);
    refuse(
        scope.isEmpty()
            ? "the gateway has lost touch with its store"
            : "held" + scope + " for as long as allowed");
    unblock();
  }

  private void refuse(String why) {
    held = false;
    lane.gateway().holding().refused();
    if (!gone) {
      consume();
      answer(Resp.error("QUIESCED " + why + "; nothing was done, try again in a moment"));
    }
  }

  // --- replies

  Replies replies() {
    return replies;
  }

  /// Answers the request at hand by the gateway itself, in its turn.
  void answer(byte[] reply) {
    replies.answer(reply);
  }

  /// Some replies have gone.
  void repliesWent() {
    if (replies.isEmpty() && state.waitsForReplies) {
      state.waitsForReplies = false;
      unblock();
    } else if (!processing && !blocked && in != null) {
      process();
    }
    if (replies.isEmpty() && closing && !gone) {
      replies.flush();
      Writes.close(channel);
    } else if (!channel.config().isAutoRead()) {
      updateReading();
    }
  }

  void closeAfterReplies() {
    closing = true;
    repliesWent();
  }

  // --- a connection of its own

  /// This client's own connection to a home.
  Upstream own(dev.drover.redis.move.RedisHome home) {
    Upstream mine = own;
    if (mine != null && mine.isFor(home, state.resp3)) {
      return mine;
    }
    if (mine != null) {
      mine.close();
    }
    mine = lane.own(home, state.resp3);
    own = mine;
    return mine;
  }

  /// The request at hand is passed on to `target` while it comes; nothing else is taken until it is
  /// through.
  void startStream(RequestStream passing) {
    stream = passing;
    reader.reset();
    waitForReplies();
    passOn(passing);
  }

  private void passOn(RequestStream passing) {
    ByteBuf buffer = in;
    if (buffer == null) {
      return;
    }
    boolean whole = passing.passOn(buffer);
    trim();
    if (whole) {
      stream = null;
    }
    updateReading();
  }

  // --- the connection

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (own != null && channel.isWritable()) {
      own.setAutoRead(true);
    }
    updateReading();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("client {}: {}", address(), cause.toString());
    Writes.close(channel);
  }

  /// The client is gone. Its requests in flight keep their passes until their homes have answered.
  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    closing = true;
    lane.gateway().clientGone();
    if (held) {
      held = false;
      lane.gateway().holding().remove(heldBytes, 0);
    }
    if (in != null) {
      in.release();
      in = null;
    }
    if (own != null) {
      own.close();
    }
    replies.close();
  }
}
