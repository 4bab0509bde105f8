package dev.drover.redis.gateway;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// One connection to a home: requests go out in order, replies come back in order. Shared by all
/// clients of an event loop, or one client's own for what is too large to share. Owned by one event
/// loop.
@SuppressWarnings("ReferenceEquality")
final class Upstream extends ChannelInboundHandlerAdapter {
  private static final int COPY_BYTES_MAX = 8 << 10;
  private static final int CONNECT_MILLIS_MAX = 2_000;

  private final Lane lane;
  private final RedisHome home;
  private final boolean resp3;
  private final boolean shared;
  private final ArrayDeque<Command> pending = new ArrayDeque<>();
  private final Set<Client> waiting = new LinkedHashSet<>();
  private final ReplyScanner scanner = new ReplyScanner();
  private final Channel channel;
  private @Nullable ByteBuf out;
  private @Nullable ByteBuf rest;
  private int handshakes;
  private boolean ready;
  private @Nullable String closedBecause;
  private boolean flushing;

  private Upstream(Lane lane, RedisHome home, boolean resp3, boolean shared) {
    this.lane = lane;
    this.home = home;
    this.resp3 = resp3;
    this.shared = shared;
    Bootstrap bootstrap =
        new Bootstrap()
            .group(lane.eventLoop())
            .channel(lane.gateway().transport().socketChannel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
            .handler(this);
    String givenUp = lane.gateway().givenUp(home.id());
    if (givenUp != null) {
      channel = bootstrap.register().channel();
      closed(givenUp(givenUp));
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

  /// To a home that was given up it is made, but not connected: it refuses whatever is sent.
  static Upstream connect(Lane lane, RedisHome home, boolean resp3, boolean shared) {
    return new Upstream(lane, home, resp3, shared);
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
    ByteBuf hello = ctx.alloc().buffer();
    if (home.password().isPresent()) {
      Resp.request(hello, "AUTH", home.user().orElse("default"), home.password().get());
      handshakes++;
    }
    if (resp3) {
      Resp.request(hello, "HELLO", "3");
      handshakes++;
    }
    Resp.request(hello, "CLIENT", "SETNAME", "drover-gateway");
    handshakes++;
    Writes.write(ctx.channel(), hello);
    ready = true;
    flush();
    wakeWaiting();
  }

  boolean usable() {
    return closedBecause == null;
  }

  boolean isFor(RedisHome other, boolean asResp3) {
    return usable() && home.equals(other) && resp3 == asResp3;
  }

  /// Whether more may be sent; if not, `client` is told when it may.
  boolean hasRoom(Client client) {
    boolean room = !ready || channel.isWritable();
    boolean few = pending.size() < Lane.PENDING_MAX;
    if (room && few) {
      return true;
    }
    waiting.add(client);
    return false;
  }

  /// Whether a piece of a large request may be sent; if not, `client` is told when it may.
  boolean takesPiece(Client client) {
    if (!usable() || (ready && channel.isWritable())) {
      return true;
    }
    waiting.add(client);
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
    if (piece.readableBytes() <= COPY_BYTES_MAX || !ready) {
      buffer.writeBytes(piece, piece.readerIndex(), piece.readableBytes());
    } else {
      if (buffer.isReadable()) {
        Writes.write(channel, buffer);
      } else {
        buffer.release();
      }
      out = null;
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
      Command nobody = new Command(command.client, false);
      nobody.dropped = true;
      pending.removeFirst();
      pending.addFirst(nobody);
    }
  }

  void announce(Command command) {
    String why = closedBecause;
    if (why == null) {
      pending.add(command);
    } else {
      byte[] error = Resp.error("TRYAGAIN home '" + home.id() + "' " + why + "; nothing was sent");
      command.client.replies().failed(command, error);
    }
  }

  void setAutoRead(boolean on) {
    channel.config().setAutoRead(on);
  }

  void close() {
    Writes.close(channel);
  }

  private void flush() {
    flushing = false;
    if (!ready || !usable()) {
      return;
    }
    ByteBuf buffer = out;
    out = null;
    if (buffer != null) {
      Writes.write(channel, buffer);
    }
    channel.flush();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = joined((ByteBuf) message, ctx);
    long now = lane.gateway().nanos();
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
    ByteBuf both = ctx.alloc().buffer(before.readableBytes() + in.readableBytes());
    both.writeBytes(before).writeBytes(in);
    before.release();
    in.release();
    return both;
  }

  private void take(ByteBuf piece, boolean whole, long nowNanos) {
    if (handshakes > 0) {
      handshake(piece, whole);
      return;
    }
    Command command = pending.peek();
    if (command == null) {
      piece.release();
      closed("sent a reply that nobody asked for");
      return;
    }
    if (whole) {
      pending.remove();
    }
    command.client.replies().replied(command, this, piece, whole, nowNanos);
  }

  private void handshake(ByteBuf piece, boolean whole) {
    try {
      if (piece.getByte(piece.readerIndex()) == '-') {
        String refusal = piece.toString(StandardCharsets.UTF_8).strip();
        closed("refuses the gateway: " + refusal.substring(1));
      } else if (whole) {
        handshakes--;
      }
    } finally {
      piece.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    lane.flushClients();
    wakeWaiting();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      wakeWaiting();
    }
  }

  private void wakeWaiting() {
    if (waiting.isEmpty() || !channel.isWritable()) {
      return;
    }
    List<Client> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(Client::resume);
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
    Writes.close(channel);
    lane.forget(this);
    if (out != null) {
      out.release();
      out = null;
    }
    if (rest != null) {
      rest.release();
      rest = null;
    }
    byte[] error =
        Resp.error(
            "TRYAGAIN home '" + home.id() + "' " + why + "; a write may or may not have been done");
    lane.gateway().homeLost(home, why);
    while (!pending.isEmpty()) {
      Command command = pending.remove();
      command.client.replies().failed(command, error);
    }
    List<Client> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(Client::resume);
    lane.flushClients();
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

  boolean isShared() {
    return shared;
  }
}
