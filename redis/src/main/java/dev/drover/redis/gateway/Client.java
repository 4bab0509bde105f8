package dev.drover.redis.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.HeldRequest;
import dev.drover.gateway.net.HoldQueue;
import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Stall;
import dev.drover.gateway.net.UnfinishedRequests;
import dev.drover.gateway.net.Writes;
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
final class Client extends ChannelInboundHandlerAdapter
    implements Front.Served,
        HoldQueue.Held,
        UnfinishedRequests.Owner,
        Replies.Owner,
        LargeRequest.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Client.class);

  /// What is read ahead while the client waits.
  private static final int READ_AHEAD_BYTES = 64 << 10;

  /// Requests that are taken before others have their turn.
  private static final int TURN_MAX = 256;

  private final LoopState lane;
  private final Handler handler;
  private final Channel channel;
  private final long id;
  private final ClientInput in;

  /// When the last of it came.
  private long cameNanos;

  private final Replies replies;
  final ClientState state = new ClientState();
  private final LargeRequest large;
  private boolean blocked;
  private boolean processing;
  private boolean closing;
  private boolean gone;
  private boolean draining;
  private final HeldRequest held;
  private final Stall stall = new Stall();

  /// What is done with a client's requests, and with what its homes answer.
  interface Handler {
    /// Takes the request that the client's reader has found at the start of `in`.
    ///
    /// @param whole whether all of it is there; else it is large, and goes on while it comes if it
    ///   is known where to
    /// @return whether it was taken; if not, it waits, and the client is blocked if nothing that
    ///   comes can change that
    boolean dispatch(Client client, ByteBuf in, boolean whole);

    /// A command's whole reply is there.
    void answered(Client client, Command command, long nowNanos);

    /// Asks a read whose reply is large on a connection of the client's own, in its turn.
    void askAlone(Client client, Command command);

    /// Asks a command whose turn to be asked again has come.
    void ask(Client client, Command command);

    /// Asks a command again, if it is a read and its client has not written since.
    ///
    /// @return whether it is
    boolean askElsewhere(Client client, Command command);
  }

  Client(LoopState lane, Channel channel, long id, Handler handler) {
    this.lane = lane;
    this.handler = handler;
    this.channel = channel;
    this.id = id;
    this.in = new ClientInput(lane.unfinished());
    this.replies = new Replies(this, lane, channel);
    this.held = new HeldRequest(lane.shared().holding(), lane.loop(), "scope");
    this.large = new LargeRequest(this, lane);
  }

  long id() {
    return id;
  }

  LoopState loop() {
    return lane;
  }

  RequestReader reader() {
    return in.reader();
  }

  boolean idle() {
    return replies.isEmpty();
  }

  boolean isGone() {
    return gone;
  }

  boolean mustLogIn() {
    return !state.authenticated && lane.serving().options().password().isPresent();
  }

  /// Takes nothing more until all replies are there.
  @Override
  public void waitForReplies() {
    state.waitsForReplies = true;
    block();
  }

  @Override
  public String address() {
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
    cameNanos = lane.loop().nanos();
    in.add(channel.alloc(), more);
    process();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    lane.loop().flush();
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
        more =
            large.isComing()
                ? large.passOn(in.bytes())
                : !blocked && replies.hasRoom() && takeOne();
      }
      if (more && !closing) {
        lane.loop().execute(this::nextTurn);
      }
    } catch (BadRequest e) {
      if (!large.end(e.line())) {
        answer(e.line());
      }
      closeAfterReplies();
    } finally {
      processing = false;
    }
    in.account(this, !closing);
    if (in.bytes() == null) {
      held.caughtUp();
    }
    if (draining && !closing && !blocked && !large.isComing() && in.isTaken()) {
      closeAfterReplies();
    }
    updateReading();
  }

  /// Others have had their turn.
  private void nextTurn() {
    if (!gone) {
      process();
      lane.loop().flush();
    }
  }

  /// @return whether a request was taken, so that there may be another
  private boolean takeOne() throws BadRequest {
    ClientInput.Next next = in.next(mustLogIn());
    ByteBuf bytes = in.bytes();
    return switch (next) {
      case NOTHING -> false;
      case EMPTY, INLINE -> true;
      case WHOLE, LARGE ->
          bytes != null && handler.dispatch(this, bytes, next == ClientInput.Next.WHOLE);
    };
  }

  /// Drops the request at hand from the buffer.
  void consume() {
    in.consume();
  }

  /// There is no room for its request, which has stood still for the longest.
  @Override
  public void dropUnfinished() {
    LOG.warn(
        "client {} is told to send its request again: it had stood still unfinished, and others"
            + " needed the room",
        address());
    in.drop();
    byte[] error =
        Resp.error(
            "TRYAGAIN the gateway has no room for more unfinished requests (half of its"
                + " hold.bytes), and this one has stood still for the longest; nothing was done,"
                + " send it again");
    if (!large.end(error)) {
      answer(error);
    }
    closeAfterReplies();
    lane.loop().flush();
  }

  /// Everything that stopped this client is worth another try.
  @Override
  public void resume() {
    process();
  }

  @Override
  public void released() {
    unblock();
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
    int buffered = in.size();
    boolean waits = blocked || !replies.hasRoom();
    boolean read =
        large.isComing()
            ? large.flows(buffered)
            : closing
                || (!draining && channel.isWritable() && !(waits && buffered > READ_AHEAD_BYTES));
    if (channel.config().isAutoRead() != read) {
      channel.config().setAutoRead(read);
    }
  }

  /// What has come of the requests so far is answered; what comes from now on is not read.
  @Override
  public void drain() {
    draining = true;
    process();
    lane.loop().flush();
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
    String refusal = held.hold(gate, in.uncounted(), cameNanos);
    if (refusal != null) {
      refuse(refusal, whole);
      return true;
    }
    block();
    lane.holds().hold(gate, this);
    return false;
  }

  @Override
  public boolean heldTooLong(long nowNanos) {
    return gone || held.tooLong(nowNanos);
  }

  /// The request at hand was admitted at last.
  void admitted() {
    held.over();
  }

  /// It was held for as long as allowed.
  @Override
  public void refuseHeld() {
    refuse(held.timedOut(), reader().arguments() > 0 && reader().noted() == reader().arguments());
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

  @Override
  public void replied(
      Command command, Leg.Connection from, ByteBuf piece, boolean whole, long nowNanos) {
    replies.replied(command, from, piece, whole, nowNanos);
  }

  @Override
  public void failed(
      Command command, Leg.Connection from, String why, boolean sent, boolean first) {
    if (first || !handler.askElsewhere(this, command)) {
      replies.failed(command, from, why, sent);
    }
  }

  @Override
  public void failed(Command command, byte[] error) {
    replies.failed(command, error);
  }

  @Override
  public void whole(Command command, long nowNanos) {
    handler.answered(this, command, nowNanos);
  }

  @Override
  public void askAlone(Command command) {
    handler.askAlone(this, command);
  }

  @Override
  public void askInTurn(Command command) {
    handler.ask(this, command);
  }

  @Override
  public boolean isSending(Command command) {
    return large.isSending(command);
  }

  @Override
  public boolean resp3() {
    return state.resp3;
  }

  @Override
  public void handOver() {
    reader().reset();
  }

  @Override
  public void tooSlow(String why) {
    large.tooSlow(why);
  }

  @Override
  public String shownAddress() {
    String address = address();
    return (address.startsWith("/") ? address.substring(1) : address) + (gone ? " (gone)" : "");
  }

  Replies replies() {
    return replies;
  }

  /// Answers the request at hand by the gateway itself, in its turn.
  @Override
  public void answer(byte[] reply) {
    replies.answer(reply);
  }

  /// The same after a while, in which nothing else is taken.
  void answerLater(byte[] reply, long millis) {
    block();
    lane.loop()
        .later(
            () -> {
              if (!gone) {
                answer(reply);
                unblock();
                lane.loop().flush();
              }
            },
            millis);
  }

  /// Some replies have gone.
  @Override
  public void repliesWent() {
    if (replies.isEmpty() && state.waitsForReplies) {
      state.waitsForReplies = false;
      unblock();
    } else if (!processing && (large.isComing() || !blocked) && in.bytes() != null) {
      process();
    }
    if (replies.isEmpty() && closing && !gone) {
      replies.flush();
      Writes.end(lane.loop(), channel);
    } else if (!channel.config().isAutoRead()) {
      updateReading();
    }
  }

  @Override
  public void closeAfterReplies() {
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
    stall.writable(channel.isWritable(), lane.loop().nanos());
    if (channel.isWritable()) {
      large.readReplies();
    }
    process();
  }

  @Override
  public long stalledNanos(long nowNanos) {
    return stall.lasts(nowNanos);
  }

  /// It does not read its reply, and others wait for the room.
  @Override
  public void disconnectStalled() {
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
    held.over();
    lane.unfinished().note(this, 0);
    in.drop();
    large.close();
    replies.close();
  }
}
