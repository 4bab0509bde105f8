package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to a home: requests go out in order, and answers come back in order. An engine's
/// own brings the protocol. It is shared by many exchanges, or one client's alone. Owned by one
/// event loop.
///
/// The home has to answer within a time limit, or to send the next piece of an answer; else the
/// connection is closed, and what waits on it ends.
@SuppressWarnings("ReferenceEquality")
public abstract class Upstream extends ChannelInboundHandlerAdapter
    implements Leg.Connection, Loop.Ticked {
  private static final int ANSWER_LARGE_BYTES = 16 << 10;

  private final Surroundings around;
  private final Loop loop;
  private final Endpoint home;
  private final boolean shared;
  private final UpstreamLimits limits;
  private final Pending pending = new Pending();
  private final Turns turns = new Turns();
  private final Window window;
  private @Nullable Channel channel;
  private final Outbox outbox = new Outbox();
  private long headBytes;
  private boolean connected;
  private boolean everAnswered;
  private @Nullable String closedBecause;
  private boolean flushing;
  private long progressNanos;
  private boolean told;
  private boolean meant;
  private boolean retired;
  private @Nullable Pushed pushes;

  /// What a connection lives in.
  ///
  /// @param registry told when it is closed
  public record Surroundings(
      Loop loop, Transport transport, HomeStates homes, Registry registry, UpstreamLimits limits) {}

  /// Whose connection it is, if it is one client's alone.
  public interface Pushed {
    /// The home has sent something that answers nothing. It belongs to the one who is told.
    void pushed(ByteBuf message);
  }

  /// Who keeps the connections.
  public interface Registry {
    void opened(Upstream upstream);

    void closed(Upstream upstream);
  }

  /// @param shared whether several exchanges use it at a time, none of which may hold up the others
  protected Upstream(Surroundings around, Endpoint home, boolean shared) {
    this.around = around;
    this.loop = around.loop();
    this.home = home;
    this.shared = shared;
    this.limits = around.limits();
    this.window =
        new Window(
            Math.min(4, limits.requestsFirst()),
            limits.requestsFirst(),
            limits.requestsMax(),
            limits.answerBytesMax());
    this.progressNanos = loop.nanos();
  }

  /// Begins to connect. Where that makes no sense it is closed at once, and refuses whatever is
  /// sent.
  ///
  /// @param impossible why it need not be tried; null if it should be
  public final void connect(@Nullable String impossible) {
    String refused = around.homes().refuses(home);
    String never = refused == null ? impossible : refused;
    if (never != null) {
      closed(never);
      return;
    }
    around.registry().opened(this);
    ChannelFuture connecting = home.connect(loop, around.transport(), this);
    channel = connecting.channel();
    connecting.addListener(
        done -> {
          if (!done.isSuccess()) {
            notReached("cannot be reached: " + done.cause().getMessage());
          }
        });
  }

  /// What is closed on purpose while it connects says nothing of its home.
  private void notReached(String why) {
    if (usable() && !meant) {
      around.homes().unreachable(home, why);
    }
    closed(why);
  }

  // --- what the protocol says

  /// What is said first on a new connection; null if nothing is.
  protected abstract @Nullable ByteBuf greeting(ByteBufAllocator alloc);

  /// Whether the home has taken the greeting so far that requests may go out.
  protected abstract boolean mayRequest();

  /// Whether the home's answer to the greeting is complete.
  protected abstract boolean greeted();

  /// Something has come. It belongs to the one who is told.
  protected abstract void received(ChannelHandlerContext ctx, Object message, long nowNanos);

  /// Puts the protocol's codec in front of this handler, if it has one.
  protected void prepare(ChannelHandlerContext ctx) {}

  /// How much longer than others a request may take.
  protected long graceNanos(Leg leg) {
    return 0;
  }

  /// The home has been at a request with a grace for longer than that.
  protected void graceOver(Leg leg) {}

  /// The connection is closed, and nobody meant that.
  protected void lost(String why) {
    around.homes().lost(home, why);
  }

  /// What is kept of what has come is dropped.
  protected void release() {}

  // --- for the protocol

  protected final Loop loop() {
    return loop;
  }

  /// The home has answered the greeting: requests go out, if they have not.
  protected final void greetingAnswered() {
    there();
    flush();
  }

  private void there() {
    if (!everAnswered) {
      everAnswered = true;
      around.homes().there(home);
    }
  }

  /// A piece of an answer has come.
  ///
  /// @param comingBytes how much more of it is announced at least
  protected final void answered(ByteBuf piece, boolean whole, long comingBytes, long nowNanos) {
    Leg leg = pending.head();
    if (leg == null) {
      piece.release();
      fail("sent a reply that nobody asked for");
      return;
    }
    there();
    headBytes += piece.readableBytes();
    long bytes = headBytes + comingBytes;
    if (whole) {
      headBytes = 0;
      if (leg.lastAnswer()) {
        pending.answered();
        window.answered(bytes);
        told = false;
      }
    } else if (bytes >= ANSWER_LARGE_BYTES) {
      window.large(bytes);
    }
    leg.answered(this, piece, whole, bytes, nowNanos);
  }

  /// Something has come that answers nothing: it goes to the client whose connection this is.
  protected final void pushed(ByteBuf message) {
    Pushed to = pushes;
    if (to == null) {
      message.release();
      fail("sent something that nobody asked for");
    } else {
      to.pushed(message);
    }
  }

  /// The connection cannot go on.
  protected final void fail(String why) {
    closed(why);
  }

  // --- the connection

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    home.encrypt(ctx.pipeline());
    prepare(ctx);
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    ByteBuf greeting = greeting(ctx.alloc());
    if (greeting != null) {
      Writes.write(ctx.channel(), greeting);
    }
    connected = true;
    progressNanos = loop.nanos();
    ctx.flush();
    flush();
    goOn();
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    long now = loop.nanos();
    progressNanos = now;
    received(ctx, message, now);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    loop.flush();
    goOn();
  }

  @Override
  public final void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      progressNanos = loop.nanos();
      goOn();
    }
  }

  /// A piece has room also where the window is full: its request is in it.
  private void goOn() {
    if (ready() && writable()) {
      turns.goPiece();
    }
    turns.go(this::hasRoom);
  }

  @Override
  public final void channelInactive(ChannelHandlerContext ctx) {
    closed("has closed the connection");
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    String why = "connection failed: " + cause.getMessage();
    if (connected && greeted()) {
      closed(why);
    } else {
      notReached(why);
    }
  }

  private boolean ready() {
    return connected && mayRequest();
  }

  private boolean writable() {
    return channel != null && channel.isWritable();
  }

  public final boolean usable() {
    return closedBecause == null;
  }

  /// Whether new requests may go by it: it is usable, and was not taken out of use.
  public final boolean takesNew() {
    return usable() && !meant;
  }

  public final Endpoint endpoint() {
    return home;
  }

  @Override
  public final HomeId home() {
    return home.home();
  }

  @Override
  public final boolean isShared() {
    return shared;
  }

  // --- requests

  /// Whether more may be sent; if not, `client` is told when it may.
  public final boolean hasRoom(Waiting client) {
    return turns.take(client, hasRoom());
  }

  private boolean hasRoom() {
    return (!ready() || writable()) && window.open();
  }

  /// Whether a piece of a large request may be sent; if not, `client` is told when it may.
  public final boolean takesPiece(Waiting client) {
    if (!usable() || (ready() && writable())) {
      return true;
    }
    turns.waitForPiece(client);
    return false;
  }

  /// Sends a request; what comes for it is told to its leg. The buffer is not released.
  public final void send(Leg leg, ByteBuf request) {
    announce(leg);
    write(request);
  }

  /// The next that is written is this leg's request.
  public final void announce(Leg leg) {
    String why = closedBecause;
    if (why == null) {
      if (pending.isEmpty()) {
        progressNanos = loop.nanos();
        told = false;
      }
      pending.add(leg);
      window.sent();
    } else {
      leg.failed(this, why, false);
    }
  }

  /// Sends a piece of a request whose leg was announced by [#announce].
  public final void write(ByteBuf piece) {
    Channel to = channel;
    if (!usable() || to == null) {
      return;
    }
    if (!shared && to.isWritable()) {
      progressNanos = loop.nanos();
    }
    outbox.write(to, piece, ready());
    if (!flushing) {
      flushing = true;
      loop.execute(this::flush);
    }
  }

  private void flush() {
    flushing = false;
    Channel to = channel;
    if (to != null && ready() && usable()) {
      outbox.flush(to);
    }
  }

  @Override
  public final void drop(Leg leg) {
    pending.drop(loop, leg);
  }

  /// Its only request has not come as a whole, and is not to be done any more. The home drops what
  /// has come of it.
  public final void cutOff() {
    String why = "was not sent the whole request";
    meant = true;
    pending.over().stream()
        .filter(Dropped.class::isInstance)
        .forEach(leg -> leg.failed(this, why, outbox.everSent()));
    closed(why);
  }

  /// Who is told of what answers nothing; null if nobody is any more. Only where the connection is
  /// not shared.
  public final void onPushes(@Nullable Pushed to) {
    pushes = to;
  }

  @Override
  public final void setAutoRead(boolean on) {
    Channel from = channel;
    if (from != null) {
      if (on && !from.config().isAutoRead()) {
        progressNanos = loop.nanos();
      }
      from.config().setAutoRead(on);
    }
  }

  /// It is not needed any more.
  public final void close() {
    meant = true;
    if (channel != null) {
      Writes.close(channel);
    }
  }

  /// As [#close], once nothing waits on it.
  public final void closeWhenIdle() {
    meant = true;
    retired = true;
    if (pending.isEmpty()) {
      close();
    }
  }

  // --- the time limit

  /// Closes it if the home has not answered for too long. A client that does not read its reply, or
  /// has not sent all of its request, does not count against the home.
  @Override
  public final void tick(long nowNanos) {
    if (!usable() || channel == null || !channel.config().isAutoRead()) {
      return;
    }
    Leg head = pending.head();
    boolean unused = head == null && pushes == null && !shared;
    boolean idle = unused && nowNanos - progressNanos > limits.idleMax().toNanos();
    if (idle || (head == null && retired)) {
      close();
      return;
    }
    boolean waits = head != null && !(writable() && head.isSending());
    if (greeted() && !waits) {
      return;
    }
    long waited = nowNanos - progressNanos;
    long grace = head == null ? 0 : graceNanos(head);
    if (head != null && grace > 0 && !told && waited > grace) {
      told = true;
      graceOver(head);
    }
    if (endsInNanos(nowNanos) < 0) {
      timedOut("has not answered for " + waited / 1_000_000_000L + " s");
    }
  }

  /// How long the home has to answer the first request, or to send more of its answer.
  final long endsInNanos(long nowNanos) {
    Leg head = pending.head();
    return progressNanos
        + limits.answerMax().toNanos()
        + (head == null ? 0 : graceNanos(head))
        - nowNanos;
  }

  private void timedOut(String why) {
    List<Leg> all = pending.over();
    closed(why);
    Pending.timedOut(all, this, why, outbox.everSent());
    loop.flush();
  }

  private void closed(String why) {
    if (closedBecause != null) {
      return;
    }
    closedBecause = why;
    if (channel != null) {
      Writes.closeNow(channel);
    }
    around.registry().closed(this);
    outbox.release();
    release();
    if (!meant) {
      lost(why);
    }
    pending.over().forEach(leg -> leg.failed(this, why, outbox.everSent()));
    turns.goAll();
    loop.flush();
  }

  /// What waits for an answer ends with an unknown outcome.
  final void giveUp(String why) {
    closed(HomeStates.givenUpWords(why));
  }

  // --- what is told of it

  final Pending pending() {
    return pending;
  }

  /// What ends a request that waits here, for people.
  protected abstract Explained explain(Leg leg);
}
