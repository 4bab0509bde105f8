package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.redis.gateway.RequestReader.BadRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's connection: takes its requests in order, and answers them in order. Owned by one
/// event loop.
///
/// A request that must wait (its scope is held, its home is full, it needs a connection of its own)
/// stays unread in the buffer, and everything behind it waits too; so a client is never overtaken
/// by itself.
@SuppressWarnings("ReferenceEquality")
final class Client extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Client.class);

  /// What is read ahead while the client waits.
  private static final int READ_AHEAD_BYTES = 64 << 10;

  /// From here on a request is passed on while it comes, and a reply while it goes.
  static final int LARGE_BYTES = 1 << 20;

  /// Requests that are taken before others have their turn.
  private static final int TURN_MAX = 256;

  /// From here on what a client keeps waiting is counted.
  private static final int COUNTED_BYTES = 4 << 10;

  private final LoopState lane;
  private final Channel channel;
  private final long id;
  private final RequestReader reader = new RequestReader();
  private final Replies replies;
  final ClientState state = new ClientState();
  private @Nullable ByteBuf in;
  private final LargeRequest large;
  private boolean blocked;
  private boolean processing;
  private boolean closing;
  private boolean gone;
  private final HeldRequest held;
  private final Stall stall = new Stall();

  Client(LoopState lane, Channel channel, long id) {
    this.lane = lane;
    this.channel = channel;
    this.id = id;
    this.replies = new Replies(this, lane, channel);
    this.held = new HeldRequest(lane.gateway());
    this.large = new LargeRequest(this, lane);
  }

  long id() {
    return id;
  }

  LoopState lane() {
    return lane;
  }

  RequestReader reader() {
    return reader;
  }

  boolean idle() {
    return replies.isEmpty();
  }

  boolean isGone() {
    return gone;
  }

  boolean mustLogIn() {
    return !state.authenticated && lane.gateway().options().password().isPresent();
  }

  /// Takes nothing more until all replies are there.
  void waitForReplies() {
    state.waitsForReplies = true;
    block();
  }

  String address() {
    return String.valueOf(channel.remoteAddress());
  }

  String host() {
    return channel.remoteAddress() instanceof InetSocketAddress at && at.getAddress() != null
        ? at.getAddress().getHostAddress()
        : address();
  }

  // --- requests

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf more = (ByteBuf) message;
    if (closing) {
      more.release();
      return;
    }
    if (in == null) {
      in = more;
    } else {
      in = Buffers.joined(channel.alloc(), in, more);
    }
    process();
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
      boolean more = true;
      int turn = 0;
      while (more && !closing && turn++ < TURN_MAX) {
        more = large.isComing() ? large.passOn(in) : !blocked && replies.hasRoom() && takeOne();
      }
      if (more && !closing) {
        lane.eventLoop().execute(this::nextTurn);
      }
    } catch (BadRequest e) {
      if (!large.end(e.line())) {
        answer(e.line());
      }
      closeAfterReplies();
    } finally {
      processing = false;
    }
    trim();
    account();
    updateReading();
  }

  /// Others have had their turn.
  private void nextTurn() {
    if (!gone) {
      process();
      lane.flushClients();
    }
  }

  /// @return whether a request was taken, so that there may be another
  private boolean takeOne() throws BadRequest {
    ByteBuf buffer = in;
    if (buffer == null || !buffer.isReadable()) {
      return false;
    }
    if (InlineRequests.isNext(buffer)) {
      ByteBuf rewritten = InlineRequests.rewrite(buffer);
      in = rewritten == null ? buffer : rewritten;
      return rewritten != null;
    }
    reader.stranger(mustLogIn());
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

  private void account() {
    ByteBuf buffer = in;
    int kept = buffer == null ? 0 : buffer.readableBytes();
    UnfinishedRequests unfinished = lane.unfinished();
    unfinished.note(this, buffer == null || kept < COUNTED_BYTES ? 0 : buffer.capacity());
    while (kept >= COUNTED_BYTES && !closing && !unfinished.hasRoom()) {
      if (!unfinished.dropOldest(this)) {
        lane.gateway().askOtherLanesForRoom(lane);
        break;
      }
    }
  }

  /// There is no room for its request, which has stood still for the longest.
  void dropUnfinished() {
    LOG.warn(
        "client {} is told to send its request again: it had stood still unfinished, and others"
            + " needed the room",
        address());
    ByteBuf buffer = in;
    in = null;
    if (buffer != null) {
      buffer.release();
    }
    reader.reset();
    byte[] error =
        Resp.error(
            "TRYAGAIN the gateway has no room for more unfinished requests (half of its"
                + " hold.bytes), and this one has stood still for the longest; nothing was done,"
                + " send it again");
    if (!large.end(error)) {
      answer(error);
    }
    closeAfterReplies();
    lane.flushClients();
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
    boolean waits = blocked || !replies.hasRoom();
    boolean read =
        large.isComing()
            ? large.flows(buffered)
            : channel.isWritable() && !(waits && buffered > READ_AHEAD_BYTES);
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  // --- holding

  /// The request at hand waits until the gate's route changes.
  ///
  /// @return whether it was refused instead, and so is done with
  boolean hold(@Nullable Gate gate) {
    return hold(gate, true);
  }

  /// The same for a request that is still coming.
  boolean holdLarge(@Nullable Gate gate) {
    return hold(gate, false);
  }

  private boolean hold(@Nullable Gate gate, boolean whole) {
    int bytes = in == null || in.readableBytes() >= COUNTED_BYTES ? 0 : in.readableBytes();
    String refusal = held.hold(gate, bytes);
    if (refusal != null) {
      refuse(refusal, whole);
      return true;
    }
    block();
    lane.hold(gate, this);
    return false;
  }

  boolean heldTooLong(long nowNanos) {
    return gone || held.tooLong(nowNanos);
  }

  /// The request at hand was admitted at last.
  void admitted() {
    held.over();
  }

  /// It was held for as long as allowed.
  void refuseHeld() {
    refuse(held.timedOut(), reader.arguments() > 0 && reader.noted() == reader.arguments());
    unblock();
  }

  private void refuse(String why, boolean whole) {
    if (gone) {
      return;
    }
    byte[] error = Resp.error("QUIESCED " + why + "; nothing was done, try again in a moment");
    if (whole) {
      consume();
      answer(error);
    } else {
      large.refuseRest(error);
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

  /// The same after a while, in which nothing else is taken.
  void answerLater(byte[] reply, long millis) {
    block();
    lane.later(
        () -> {
          if (!gone) {
            answer(reply);
            unblock();
            lane.flushClients();
          }
        },
        millis);
  }

  /// Some replies have gone.
  void repliesWent() {
    if (replies.isEmpty() && state.waitsForReplies) {
      state.waitsForReplies = false;
      unblock();
    } else if (!processing && (large.isComing() || !blocked) && in != null) {
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

  /// Its large request, if there is one, and the connection of its own that it goes by.
  LargeRequest large() {
    return large;
  }

  // --- the connection

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    stall.writable(channel.isWritable(), lane.gateway().nanos());
    if (channel.isWritable()) {
      large.readReplies();
    }
    process();
  }

  Stall stall() {
    return stall;
  }

  /// It does not read its reply, and others wait for the room.
  void disconnectStalled() {
    LOG.warn(
        "client {} is disconnected: it does not read its large reply, and others wait for theirs",
        address());
    stall.over();
    Writes.closeNow(channel);
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
    held.over();
    lane.unfinished().note(this, 0);
    if (in != null) {
      in.release();
      in = null;
    }
    large.close();
    replies.close();
  }
}
