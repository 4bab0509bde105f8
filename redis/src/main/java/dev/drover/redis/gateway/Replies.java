package dev.drover.redis.gateway;

import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.Window;
import dev.drover.gateway.net.Writes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's replies, passed on in the order of its requests whichever home answers first. Owned
/// by one event loop.
@SuppressWarnings("ReferenceEquality")
final class Replies implements Loop.Flushed {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  /// Requests without their reply, those that the gateway answers itself among them.
  private static final int ORDER_MAX = 4_096;

  /// What may be kept for a client that does not read its replies.
  private static final long OUT_BYTES_MAX = 64L << 20;

  private static final int COPY_BYTES_MAX = 4 << 10;

  /// How the error begins that says that a write may have been done.
  private static final ByteBuf UNKNOWN =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("-UNKNOWN ", StandardCharsets.US_ASCII).asReadOnly());

  private final Owner client;
  private final LoopState lane;
  private final Channel channel;
  private final ArrayDeque<Command> order = new ArrayDeque<>();
  private final Window window = new Window(1, 1, 64, 4L << 20);
  private @Nullable RespUpstream way;
  private @Nullable ByteBuf out;
  private boolean dirty;
  private boolean gone;

  /// The client whose they are.
  interface Owner extends Command.Owner {
    String address();

    /// Some replies have gone.
    void repliesWent();

    /// A command's whole reply is there, and may be passed on if its guard stands.
    void whole(Command command, long nowNanos);

    /// A command is asked again on a connection of the client's own.
    void askAlone(Command command);

    /// The turn of a command has come that waits to be asked again.
    void askInTurn(Command command);
  }

  Replies(Owner client, LoopState lane, Channel channel) {
    this.client = client;
    this.lane = lane;
    this.channel = channel;
  }

  boolean isEmpty() {
    return order.isEmpty();
  }

  /// Whether the client may ask for more: it reads what it has asked for.
  boolean hasRoom() {
    return order.size() < ORDER_MAX && window.open() && channel.isWritable();
  }

  /// Whether a request may go this way without overtaking those before it: what runs as a script's
  /// user has a connection of its own, so the client's other requests have to be answered first.
  boolean inOrder(RespUpstream next) {
    RespUpstream last = way;
    return window.isEmpty()
        || last == null
        || last == next
        || !(last.isScripts() || next.isScripts());
  }

  private boolean isNext(Command command) {
    return order.peek() == command;
  }

  /// Puts a command that goes to a home into the order of replies.
  void enqueue(Command command, @Nullable RespUpstream to) {
    order.add(command);
    window.sent();
    way = to;
  }

  /// Counts the gateway's own errors.
  private void count(ByteBuf reply) {
    if (reply.isReadable() && reply.getByte(reply.readerIndex()) == '-') {
      int length = UNKNOWN.readableBytes();
      boolean unknown = ByteBufUtil.equals(UNKNOWN, 0, reply, reply.readerIndex(), length);
      lane.serving().refused(unknown);
    }
  }

  /// Answers the request at hand by the gateway itself, in its turn.
  void answer(byte[] reply) {
    ByteBuf own = Unpooled.wrappedBuffer(reply);
    count(own);
    order.add(Command.answered(client, own));
    drain();
  }

  /// The command cannot be answered by its home.
  void failed(Command command, byte[] error) {
    command.leave(lane.loop());
    settle(command, Unpooled.wrappedBuffer(error));
  }

  /// The same, because of the connection that it went by.
  void failed(Command command, Leg.Connection from, String why, boolean sent) {
    failed(command, error(command, from, why, sent));
  }

  /// Client libraries send a command again by themselves that is answered with TRYAGAIN, so that
  /// stands only where this cannot do a write twice.
  private static byte[] error(Command command, Leg.Connection from, String why, boolean sent) {
    String what = " home '" + from.home() + "' " + why;
    if (!sent) {
      boolean off = from instanceof RespUpstream resp && resp.refusesScripts();
      return Resp.error((off ? "NOPERM" : "TRYAGAIN") + what + "; nothing was sent");
    }
    return Resp.error(
        command.write
            ? "UNKNOWN" + what + "; the write may or may not have been done"
            : "TRYAGAIN" + what + "; ask again");
  }

  /// A piece of a command's reply has come.
  void replied(Command command, Leg.Connection from, ByteBuf piece, boolean whole, long nowNanos) {
    command.replyBytes += piece.readableBytes();
    if (gone) {
      piece.release();
      if (whole) {
        command.leave(lane.loop());
        command.release();
        lane.largeReplies(from.home()).over(command);
        lane.unknownSizes().over(command);
      }
      return;
    }
    keep(command, piece);
    if (command.streamed) {
      streamed(command, from, whole);
    } else if (whole) {
      client.whole(command, nowNanos);
    } else if (command.expectedBytes > RequestStream.LARGE_BYTES) {
      large(command, from, nowNanos);
    }
  }

  private void keep(Command command, ByteBuf piece) {
    ByteBuf before = command.reply;
    if (before == null) {
      command.reply = piece;
    } else if (before instanceof CompositeByteBuf composite) {
      composite.addComponent(true, piece);
    } else {
      command.reply =
          channel
              .alloc()
              .compositeBuffer(1024)
              .addComponent(true, before)
              .addComponent(true, piece);
    }
  }

  /// The reply becomes large. On a connection that others share, a read is asked again on one of
  /// its own, where its client can be as slow as it likes; what cannot be asked again is passed on
  /// as fast as the client takes it, up to a limit.
  private void large(Command command, Leg.Connection from, long nowNanos) {
    if (command.key != 0) {
      lane.largeKeys().replied(command.key, command.expectedBytes);
      lane.unknownSizes().over(command);
    }
    if (!command.stands(nowNanos)) {
      return;
    }
    if (command.before != null) {
      largeInFreshMode(command, from);
      return;
    }
    // A script stays with the user that it was begun as.
    boolean mayAskAgain = !command.write && !command.script && command.request != null;
    if (from.isShared() && mayAskAgain && !writesAfter(command)) {
      from.drop(command);
      command.dropReply();
      client.askAlone(command);
      return;
    }
    command.streamed = true;
    command.dropRequest();
    command.leave(lane.loop());
    streamed(command, from, false);
  }

  /// In fresh mode nothing may be passed on before the record was read again, so a reply is kept as
  /// a whole, up to a limit.
  private void largeInFreshMode(Command command, Leg.Connection from) {
    if (command.replyBytes > OUT_BYTES_MAX) {
      from.drop(command);
      settle(
          command,
          Unpooled.wrappedBuffer(
              Resp.error(
                  "ERR a reply of more than "
                      + OUT_BYTES_MAX
                      + " bytes cannot be passed on in fresh mode"
                      + (command.write ? "; the write was done" : ""))));
    }
  }

  /// Whether the client has sent writes after this command, which a second asking would see.
  boolean writesAfter(Command command) {
    boolean after = false;
    for (Command each : order) {
      if (after && each.write) {
        return true;
      }
      after = after || each == command;
    }
    return false;
  }

  /// Whether a command has to wait before it is asked again: one before it has not been, or it is
  /// asked alone and its turn has not come.
  boolean waitsBefore(Command command) {
    if (command.alone) {
      return !isNext(command);
    }
    for (Command each : order) {
      if (each == command) {
        return false;
      }
      if (each.waits) {
        return true;
      }
    }
    return false;
  }

  private void streamed(Command command, Leg.Connection from, boolean whole) {
    command.done = whole;
    if (whole) {
      over(command, true);
    }
    if (isNext(command)) {
      ByteBuf reply = command.reply;
      command.reply = null;
      if (reply != null) {
        write(reply);
      }
      flush();
    }
    if (!from.isShared()) {
      from.setAutoRead(channel.isWritable());
    }
    long kept =
        channel.unsafe().outboundBuffer() == null
            ? 0
            : channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    long waiting = command.reply == null ? 0 : command.reply.readableBytes();
    if (from.isShared() && kept + waiting > OUT_BYTES_MAX) {
      LOG.warn(
          "client {} does not read its replies and is disconnected: {} bytes are waiting for it",
          client.address(),
          kept + waiting);
      gone = true;
      Writes.closeNow(channel);
    } else if (whole) {
      drain();
    }
  }

  /// The command's reply is this, and it is whole.
  void settle(Command command, @Nullable ByteBuf reply) {
    boolean byHome = reply != null && reply == command.reply;
    if (reply != null && !byHome) {
      count(reply);
    }
    if (reply != null && reply != command.reply) {
      if (command.reply != null) {
        command.reply.release();
      }
      command.reply = reply;
    }
    command.leave(lane.loop());
    command.dropRequest();
    if (!command.done) {
      over(command, byHome);
    }
    command.done = true;
    if (gone) {
      command.release();
    } else if (isNext(command)) {
      drain();
    }
  }

  private void over(Command command, boolean byHome) {
    if (byHome) {
      window.answered(command.replyBytes);
      if (command.key != 0) {
        learn(command);
      }
    } else {
      window.over();
    }
    lane.unknownSizes().over(command);
    if (command.alone) {
      lane.largeOver(command);
    }
  }

  private void learn(Command command) {
    boolean large = command.replyBytes >= LargeKeys.LARGE_BYTES;
    if (large || command.alone) {
      lane.largeKeys().replied(command.key, command.replyBytes);
    }
    if (!large) {
      lane.unknownSizes().small(command.key);
    }
  }

  private void drain() {
    while (!order.isEmpty() && order.peek().done) {
      Command head = order.remove();
      if (head.reply != null) {
        write(head.reply);
        head.reply = null;
      }
    }
    Command head = order.peek();
    if (head != null && head.streamed && head.reply != null) {
      write(head.reply);
      head.reply = null;
    }
    if (head != null && head.waits && head.alone) {
      client.askInTurn(head);
    }
    client.repliesWent();
  }

  private void write(ByteBuf reply) {
    if (!dirty) {
      dirty = true;
      lane.loop().markDirty(this);
    }
    ByteBuf buffer = out;
    int bytes = reply.readableBytes();
    if (bytes <= COPY_BYTES_MAX) {
      if (buffer == null) {
        buffer = channel.alloc().buffer(1024);
        out = buffer;
      }
      buffer.writeBytes(reply);
      reply.release();
      return;
    }
    if (buffer != null) {
      Writes.write(channel, buffer);
      out = null;
    }
    Writes.write(channel, reply);
  }

  @Override
  public void flush() {
    dirty = false;
    ByteBuf buffer = out;
    out = null;
    if (buffer != null) {
      Writes.write(channel, buffer);
    }
    channel.flush();
  }

  /// The client is gone: what is whole is dropped, what is in flight is dropped when it comes.
  void close() {
    gone = true;
    if (out != null) {
      out.release();
      out = null;
    }
    for (Command command : order) {
      if (command.done || command.waits) {
        command.release();
      }
    }
    order.clear();
  }
}
