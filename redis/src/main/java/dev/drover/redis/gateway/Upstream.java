package dev.drover.redis.gateway;

import dev.drover.core.PartitionId;
import dev.drover.redis.move.RedisHome;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to a home: requests go out in order, replies come back in order. Shared by all
/// clients of an event loop, also for the scripts of one scope, or one client's own for what is too
/// large to share. Owned by one event loop.
///
/// The home has to answer within a time limit, or to send the next piece of an answer; else the
/// connection is closed, and what waits on it ends.
@SuppressWarnings("ReferenceEquality")
final class Upstream extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(Upstream.class);
  private static final int COPY_BYTES_MAX = 8 << 10;

  /// A connection of a client's own is closed when it was not used for so long.
  private static final long IDLE_NANOS_MAX = 10_000_000_000L;

  private static final int CONNECT_MILLIS_MAX = 2_000;

  /// What a connection is for.
  sealed interface Use {
    /// All clients of the event loop.
    record Shared() implements Use {}

    /// The scripts of one scope, as a user of the home that is kept to its keys.
    record Scripts(PartitionId scope) implements Use {}

    /// One client.
    record Own() implements Use {}
  }

  private final LoopState lane;
  private final RedisHome home;
  private final boolean resp3;
  private final Use use;
  private final ArrayDeque<Command> pending = new ArrayDeque<>();
  private final Turns turns = new Turns();
  private final Window window = new Window(4, 32, LoopState.PENDING_MAX, 64L << 20);
  private final ReplyScanner scanner = new ReplyScanner();
  private final Handshake handshake;
  private final Channel channel;
  private @Nullable ByteBuf out;
  private @Nullable ByteBuf rest;
  private boolean connected;
  private boolean everSent;
  private @Nullable String closedBecause;
  private boolean flushing;
  private long progressNanos;
  private boolean killed;
  private boolean meant;

  private Upstream(LoopState lane, RedisHome home, boolean resp3, Use use) {
    this.lane = lane;
    this.home = home;
    this.resp3 = resp3;
    this.use = use;
    this.handshake = Handshake.of(lane.gateway(), home, resp3, use);
    this.progressNanos = lane.gateway().nanos();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(lane.eventLoop())
            .channel(lane.gateway().transport().socketChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
            .handler(this);
    String never = never();
    if (never != null) {
      channel = bootstrap.register().channel();
      closed(never);
      return;
    }
    ChannelFuture connecting = bootstrap.connect(home.host(), home.port());
    channel = connecting.channel();
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            closed("cannot be reached: " + done.cause().getMessage());
          }
        });
  }

  /// Why it is not even tried; null if it is.
  private @Nullable String never() {
    String givenUp = lane.gateway().givenUp(home.id());
    return givenUp == null ? handshake.impossible() : givenUp(givenUp);
  }

  /// To a home that was given up it is made, but not connected: it refuses whatever is sent.
  static Upstream connect(LoopState lane, RedisHome home, boolean resp3, Use use) {
    return new Upstream(lane, home, resp3, use);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    home.tls()
        .ifPresent(
            tls -> {
              SSLEngine engine = tls.createSSLEngine(home.host(), home.port());
              engine.setUseClientMode(true);
              SSLParameters parameters = engine.getSSLParameters();
              parameters.setEndpointIdentificationAlgorithm("HTTPS");
              engine.setSSLParameters(parameters);
              ctx.pipeline().addFirst(new SslHandler(engine));
            });
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    Writes.write(ctx.channel(), handshake.requests(ctx.alloc()));
    connected = true;
    progressNanos = lane.gateway().nanos();
    ctx.flush();
    flush();
    turns.go(this::hasRoom);
  }

  /// Whether requests may go out. Scripts have to wait until they run as whom they should.
  private boolean ready() {
    return connected && (!isScripts() || handshake.done());
  }

  boolean usable() {
    return closedBecause == null;
  }

  boolean isFor(RedisHome other, boolean asResp3, Use otherUse) {
    return usable() && home.equals(other) && resp3 == asResp3 && use.equals(otherUse);
  }

  /// Whether more may be sent; if not, `client` is told when it may.
  boolean hasRoom(Client client) {
    return turns.take(client, hasRoom());
  }

  private boolean hasRoom() {
    return (!ready() || channel.isWritable()) && window.open();
  }

  /// Whether a piece of a large request may be sent; if not, `client` is told when it may.
  boolean takesPiece(Client client) {
    if (!usable() || (ready() && channel.isWritable())) {
      return true;
    }
    turns.waitFor(client);
    return false;
  }

  /// Sends a request; its reply goes to the command's client. The buffer is not released.
  void send(Command command, ByteBuf request) {
    announce(command);
    write(request);
  }

  /// Sends a piece of a request whose command was announced by [#announce].
  void write(ByteBuf piece) {
    if (!usable()) {
      return;
    }
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer =
          channel.alloc().buffer(Math.max(1024, Math.min(piece.readableBytes(), COPY_BYTES_MAX)));
      out = buffer;
    }
    if (!isShared() && channel.isWritable()) {
      progressNanos = lane.gateway().nanos();
    }
    if (piece.readableBytes() <= COPY_BYTES_MAX || !ready()) {
      buffer.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    } else {
      if (buffer.isReadable()) {
        Writes.write(channel, buffer);
      } else {
        buffer.release();
      }
      out = null;
      everSent = true;
      Writes.write(channel, piece.retainedSlice());
    }
    if (!flushing) {
      flushing = true;
      lane.eventLoop().execute(this::flush);
    }
  }

  /// The reply that is coming is read and dropped, while its command is asked elsewhere.
  void dropReply(Command command) {
    if (pending.peek() == command) {
      Command nobody = Command.dropping(command);
      nobody.replyBytes = command.replyBytes;
      pending.removeFirst();
      pending.addFirst(nobody);
    }
  }

  void announce(Command command) {
    String why = closedBecause;
    if (why == null) {
      if (pending.isEmpty()) {
        progressNanos = lane.gateway().nanos();
        killed = false;
      }
      pending.add(command);
      window.sent();
    } else {
      command.client.replies().failed(command, error(command, why, false));
    }
  }

  void setAutoRead(boolean on) {
    if (on && !channel.config().isAutoRead()) {
      progressNanos = lane.gateway().nanos();
    }
    channel.config().setAutoRead(on);
  }

  /// It is not needed any more.
  void close() {
    meant = true;
    Writes.close(channel);
  }

  private void flush() {
    flushing = false;
    if (!ready() || !usable()) {
      return;
    }
    ByteBuf buffer = out;
    out = null;
    if (buffer != null) {
      everSent = true;
      Writes.write(channel, buffer);
    }
    channel.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = joined((ByteBuf) message, ctx);
    long now = lane.gateway().nanos();
    progressNanos = now;
    try {
      while (in.isReadable()) {
        int start = in.readerIndex();
        boolean whole = scanner.advance(in);
        int bytes = in.readerIndex() - start;
        if (bytes == 0) {
          break;
        }
        take(in.retainedSlice(start, bytes), whole, now);
        if (!usable()) {
          return;
        }
      }
      if (in.isReadable()) {
        rest = ctx.alloc().buffer(Math.max(256, in.readableBytes() * 2)).writeBytes(in);
      }
    } catch (CorruptedFrameException e) {
      closed("broke the protocol: " + e.getMessage());
    } finally {
      in.release();
    }
  }

  private ByteBuf joined(ByteBuf in, ChannelHandlerContext ctx) {
    ByteBuf before = rest;
    if (before == null) {
      return in;
    }
    rest = null;
    return Buffers.joined(ctx.alloc(), before, in);
  }

  private void take(ByteBuf piece, boolean whole, long nowNanos) {
    if (!handshake.done()) {
      shake(piece, whole);
      return;
    }
    Command command = pending.peek();
    if (command == null) {
      piece.release();
      closed("sent a reply that nobody asked for");
      return;
    }
    long bytes = command.replyBytes + piece.readableBytes() + scanner.comingBytes();
    command.expectedBytes = bytes;
    if (whole) {
      pending.remove();
      window.answered(bytes);
      killed = false;
    } else if (bytes >= LargeKeys.LARGE_BYTES) {
      window.large(bytes);
    }
    command.client.replies().replied(command, this, piece, whole, nowNanos);
  }

  private void shake(ByteBuf piece, boolean whole) {
    try {
      String refusal = handshake.answered(piece, whole);
      if (refusal != null) {
        closed(refusal);
      } else if (handshake.done()) {
        lane.gateway().homeThere(home);
        flush();
      }
    } finally {
      piece.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    lane.flushClients();
    turns.go(this::hasRoom);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      progressNanos = lane.gateway().nanos();
      turns.go(this::hasRoom);
    }
  }

  // --- the time limit

  /// Closes it if the home has not answered for too long. A client that does not read its reply, or
  /// has not sent all of its request, does not count against the home.
  void tick(long nowNanos) {
    if (!usable() || !channel.config().isAutoRead()) {
      return;
    }
    Command head = pending.peek();
    if (!isShared() && head == null && nowNanos - progressNanos > IDLE_NANOS_MAX) {
      close();
      return;
    }
    boolean waits = head != null && !(channel.isWritable() && head.client.large().isSending(head));
    if (handshake.done() && !waits) {
      return;
    }
    long waited = nowNanos - progressNanos;
    if (head != null && head.script && !killed && waited > scriptNanosMax()) {
      killed = true;
      lane.gateway().scriptKiller().kill(home, head.name);
    }
    if (endsInNanos(nowNanos) < 0) {
      long seconds = waited / 1_000_000_000L;
      timedOut("has not answered for " + seconds + " s");
    }
  }

  private long scriptNanosMax() {
    return lane.gateway().options().scripts().timeMax().toNanos();
  }

  /// How long the home has to answer the first request, or to send more of its answer.
  long endsInNanos(long nowNanos) {
    Command head = pending.peek();
    long most = lane.gateway().options().homeAnswerMax().toNanos();
    return progressNanos + most + (head != null && head.script ? scriptNanosMax() : 0) - nowNanos;
  }

  @Nullable Command head() {
    return pending.peek();
  }

  Iterable<Command> pending() {
    return pending;
  }

  /// The first request may be why; the reads behind it are asked elsewhere.
  private void timedOut(String why) {
    Command head = pending.poll();
    List<Command> behind = List.copyOf(pending);
    pending.clear();
    closed(why);
    if (head != null) {
      head.client.replies().failed(head, error(head, why, everSent));
    }
    for (Command command : behind) {
      if (command.dropped || !lane.dispatcher().again().askElsewhere(command)) {
        command.client.replies().failed(command, error(command, why, everSent));
      }
    }
    lane.flushClients();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed("has closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    closed("connection failed: " + cause.getMessage());
  }

  private void closed(String why) {
    if (closedBecause != null) {
      return;
    }
    closedBecause = why;
    Writes.closeNow(channel);
    lane.forget(this);
    if (out != null) {
      out.release();
      out = null;
    }
    if (rest != null) {
      rest.release();
      rest = null;
    }
    if (handshake.refusesScripts()) {
      LOG.warn("scripts are off at {}, which {}", home, why);
    } else if (!meant) {
      lane.gateway().homeLost(home, why);
    }
    while (!pending.isEmpty()) {
      Command command = pending.remove();
      command.client.replies().failed(command, error(command, why, everSent));
    }
    turns.goAll();
    lane.flushClients();
  }

  /// Client libraries send a command again by themselves that is answered with TRYAGAIN, so that
  /// stands only where this cannot do a write twice.
  private byte[] error(Command command, String why, boolean sent) {
    String what = " home '" + home.id() + "' " + why;
    if (!sent) {
      String code = handshake.refusesScripts() ? "NOPERM" : "TRYAGAIN";
      return Resp.error(code + what + "; nothing was sent");
    }
    return Resp.error(
        command.write
            ? "UNKNOWN" + what + "; the write may or may not have been done"
            : "TRYAGAIN" + what + "; ask again");
  }

  private static String givenUp(String why) {
    return "is given up: " + why;
  }

  RedisHome home() {
    return home;
  }

  /// What waits for a reply ends with an unknown outcome.
  void giveUp(String why) {
    closed(givenUp(why));
  }

  /// Its only request has not come as a whole, and is not to be done any more. The home drops what
  /// has come of it.
  void cutOff() {
    meant = true;
    pending.clear();
    closed("was not sent the whole request");
  }

  boolean isShared() {
    return !(use instanceof Use.Own);
  }

  boolean isScripts() {
    return use instanceof Use.Scripts;
  }
}
