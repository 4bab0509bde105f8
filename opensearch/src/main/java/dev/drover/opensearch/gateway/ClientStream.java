package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.UnfinishedRequests;
import dev.drover.gateway.net.Waiting;
import dev.drover.gateway.net.Writes;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A client's requests, one after another: those of an HTTP/1.1 connection, or the one of an HTTP/2
/// stream. Owned by one event loop.
final class ClientStream extends ChannelInboundHandlerAdapter
    implements Front.Served,
        Asker,
        Plan.WorkAnswer,
        Hold.Waiter,
        Waiting,
        UnfinishedRequests.Owner,
        Loop.Ticked {
  /// What has come and is not taken yet; then no more is read.
  private static final int INBOX_MAX = 8;

  private static final int UNAVAILABLE = 503;
  private static final int TIMEOUT = 408;

  private final Lane lane;
  private final Channel channel;
  private final Outlet outlet;
  private final Planner planner;
  private final Hold hold;
  private final Gathered body;
  private final ArrayDeque<HttpObject> inbox = new ArrayDeque<>();
  private Phase phase = Phase.IDLE;
  private @Nullable ClientRequest request;
  private @Nullable Plan plan;
  private @Nullable Forwarding forwarding;
  private boolean bodyWhole;
  private @Nullable AnswerFlow answer;
  private Plan.@Nullable Running running;
  private long pieceNanos;
  private boolean draining;
  private boolean working;

  private interface Planning {
    Plan plan() throws Refused;
  }

  private enum Phase {
    /// No request is under way.
    IDLE,
    /// A body is gathered.
    GATHERING,
    /// A body is sent while it comes.
    STREAMING,
    /// A home is at it, or it is held.
    WAITING,
    /// The client is gone, or is to go.
    OVER
  }

  ClientStream(Lane lane, Channel channel, Outlet outlet, Planner planner) {
    this.lane = lane;
    this.channel = channel;
    this.outlet = outlet;
    this.planner = planner;
    this.body = new Gathered(lane, this);
    this.hold = new Hold(lane, this);
    lane.loop().addTicked(this);
  }

  // --- what comes

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.OVER || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    inbox.add(object);
    work();
  }

  private void work() {
    if (working) {
      return;
    }
    working = true;
    try {
      while (!inbox.isEmpty() && takesNext()) {
        take(inbox.remove());
      }
    } finally {
      working = false;
    }
    channel.config().setAutoRead(inbox.size() < INBOX_MAX);
  }

  private boolean takesNext() {
    return switch (phase) {
      case IDLE, GATHERING -> true;
      case STREAMING -> forwarding != null && forwarding.hasRoom(this);
      case WAITING -> false;
      case OVER -> {
        inbox.forEach(ReferenceCountUtil::release);
        inbox.clear();
        yield false;
      }
    };
  }

  private void take(HttpObject object) {
    pieceNanos = lane.loop().nanos();
    if (object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(object);
      broken(object.decoderResult().cause());
    } else {
      // Over HTTP/2 a head without a body is both.
      if (object instanceof HttpRequest head) {
        begin(head);
      }
      if (object instanceof HttpContent content) {
        content(content.content(), content instanceof LastHttpContent);
      }
    }
  }

  /// What came is no HTTP.
  private void broken(Throwable cause) {
    Forwarding sent = forwarding;
    if (sent != null) {
      sent.giveUp();
    }
    Refused refused = BadHead.refused(cause);
    if (answer == null) {
      own(AnswerHead.json(refused.status()), text(refused.body()), true);
    }
    close();
  }

  private void begin(HttpRequest head) {
    bodyWhole = false;
    answer = null;
    ClientRequest now = ClientRequest.of(head);
    request = now;
    phase = Phase.GATHERING;
    Plan next = planned(() -> planner.plan(now));
    plan = next;
    long most = next.bodyBytesMax();
    if (now.length() > most) {
      refuse(Refused.tooLong(most));
    } else if (HttpUtil.is100ContinueExpected(head)) {
      if (next instanceof Plan.Local local) {
        own(local.head(), local.body(), true);
      } else {
        outlet.askForBody();
      }
    }
  }

  /// What is refused by its head is answered when all of it is here, so that the connection can go
  /// on.
  private Plan planned(Planning how) {
    try {
      return how.plan();
    } catch (Refused e) {
      lane.serving().refusals().increment();
      return new Plan.Local(AnswerHead.json(e.status()), text(e.body()));
    }
  }

  private void content(ByteBuf piece, boolean last) {
    switch (phase) {
      case GATHERING -> gather(piece, last);
      case STREAMING -> {
        if (last) {
          phase = Phase.WAITING;
          bodyWhole = true;
        }
        Forwarding sent = forwarding;
        if (sent == null) {
          piece.release();
        } else {
          sent.pass(piece, last);
        }
      }
      case IDLE, WAITING, OVER -> piece.release();
    }
  }

  private void gather(ByteBuf piece, boolean last) {
    body.add(piece);
    if (last) {
      bodyWhole = true;
      phase = Phase.WAITING;
      dispatch();
      return;
    }
    Plan.Forward forward = plan instanceof Plan.Forward f ? f : null;
    long most = plan == null ? 0 : plan.bodyBytesMax();
    if (body.bytes() > most) {
      refuse(Refused.tooLong(most));
    } else if (forward != null
        && forward.streams()
        && body.bytes() > Plan.Forward.WHOLE_BYTES_MAX) {
      phase = Phase.WAITING;
      Forwarding sent = new Forwarding(lane, forward, this);
      forwarding = sent;
      sent.begun(body.take());
    } else {
      body.wait(true);
    }
  }

  private void dispatch() {
    switch (plan) {
      case Plan.Local local -> {
        body.take().release();
        own(local.head(), local.body(), false);
      }
      case Plan.Forward forward -> {
        Forwarding sent = new Forwarding(lane, forward, this);
        forwarding = sent;
        sent.whole(body.take());
      }
      case Plan.Work work -> begin(work);
      case Plan.ByBody later -> {
        plan = planned(() -> later.decision().by(body.seen()));
        dispatch();
      }
      case null -> throw new IllegalStateException("a request without a plan");
    }
  }

  private void begin(Plan.Work work) {
    ByteBuf all = body.take();
    try {
      Plan.Running begun = work.begin().begin(lane, all, this);
      // It may have ended at once.
      if (phase == Phase.WAITING) {
        running = begun;
      }
    } catch (Refused e) {
      refuse(e);
    } finally {
      all.release();
    }
  }

  /// Work of the gateway's has ended.
  @Override
  public void done(AnswerHead head, String text) {
    running = null;
    if (phase == Phase.WAITING) {
      own(head, text, false);
    }
  }

  // --- what goes back

  @Override
  public AnswerFlow answer(Plan.Forward forward, Placement from, HttpResponse head) {
    ClientRequest asked = request;
    boolean headOnly = asked != null && asked.head();
    AnswerFlow flow = AnswerFlow.of(outlet, head, forward, from, headOnly, closes());
    answer = flow;
    return flow;
  }

  /// Whether the connection ends after this answer.
  private boolean closes() {
    ClientRequest asked = request;
    return draining || asked == null || !asked.keepAlive() || !bodyWhole;
  }

  @Override
  public void answered() {
    if (closes()) {
      close();
    } else {
      next();
    }
  }

  private void next() {
    forwarding = null;
    answer = null;
    request = null;
    plan = null;
    phase = Phase.IDLE;
    if (draining) {
      close();
    } else {
      work();
    }
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private void own(AnswerHead head, String text, boolean last) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ClientRequest asked = request;
    boolean bodiless = asked != null && asked.head();
    boolean closes = last || closes();
    outlet.head(head, bytes.length, bodiless, closes);
    if (!bodiless) {
      outlet.piece(Unpooled.wrappedBuffer(bytes));
    }
    outlet.end();
    if (closes) {
      close();
    } else {
      next();
    }
  }

  @Override
  public void refuse(Refused refused) {
    lane.serving().refusals().increment();
    forwarding = null;
    body.take().release();
    own(AnswerHead.json(refused.status()), text(refused.body()), false);
  }

  @Override
  public void unknown(String why) {
    lane.serving().unknowns().increment();
    forwarding = null;
    own(AnswerHead.json(UNAVAILABLE), text(Refused.body(UNAVAILABLE, Refused.UNKNOWN, why)), false);
  }

  @Override
  public void unavailable(String why) {
    lane.serving().refusals().increment();
    forwarding = null;
    own(AnswerHead.json(UNAVAILABLE), text(Refused.body(UNAVAILABLE, Refused.RETRY, why)), false);
  }

  // --- waiting

  @Override
  public void hold(@Nullable Gate gate) {
    hold.begin(gate, forwarding == null ? 0 : forwarding.bytes());
  }

  @Override
  public void holdOver() {
    hold.over();
  }

  @Override
  public boolean isGone() {
    return phase == Phase.OVER;
  }

  @Override
  public void goOn() {
    Forwarding sent = forwarding;
    if (sent != null) {
      sent.attempt();
    }
  }

  @Override
  public void heldTooLong(String why) {
    Forwarding sent = forwarding;
    if (sent != null) {
      sent.giveUp();
    }
    unavailable(why + "; nothing was done, send it again");
  }

  @Override
  public boolean bodyIsWhole() {
    return bodyWhole;
  }

  @Override
  public void resumeBody() {
    if (phase == Phase.WAITING && !bodyWhole) {
      phase = Phase.STREAMING;
    }
    work();
  }

  /// The home takes more of the body.
  @Override
  public void resume() {
    work();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Forwarding sent = forwarding;
    if (sent != null && outlet.writable()) {
      sent.readOn();
    }
  }

  // --- the end

  @Override
  public void dropUnfinished() {
    unavailable("this gateway has no room for so many requests that have not come as a whole");
  }

  /// A client that sends nothing more of a body keeps a connection to a home, or room.
  @Override
  public void tick(long nowNanos) {
    boolean comes = phase == Phase.GATHERING || (phase == Phase.STREAMING && takesNext());
    long most = lane.serving().options().limits().clientTimeout().toNanos();
    if (comes && inbox.isEmpty() && nowNanos - pieceNanos > most) {
      Forwarding sent = forwarding;
      if (sent != null) {
        sent.giveUp();
      }
      refuse(
          new Refused(
              TIMEOUT,
              "request_timeout",
              "nothing more of this request has come for too long; nothing was done"));
    }
  }

  @Override
  public void drain() {
    draining = true;
    if (phase == Phase.IDLE && inbox.isEmpty()) {
      close();
    }
  }

  private void close() {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      release();
      outlet.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      Forwarding sent = forwarding;
      if (sent != null) {
        sent.clientGone();
      }
      Plan.Running work = running;
      if (work != null) {
        running = null;
        work.cancel();
      }
      release();
    }
    lane.loop().removeTicked(this);
  }

  private void release() {
    lane.loop().removeTicked(this);
    hold.over();
    body.take().release();
    inbox.forEach(ReferenceCountUtil::release);
    inbox.clear();
  }

  /// The connection has broken: whoever waits for its end is told by [#channelInactive].
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Writes.closeNow(channel);
  }

  @Override
  public String address() {
    return channel.remoteAddress() + (phase == Phase.OVER ? " (gone)" : "");
  }
}
