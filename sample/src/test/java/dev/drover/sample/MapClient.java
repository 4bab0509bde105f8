package dev.drover.sample;

import dev.drover.core.gate.Gate;
import dev.drover.gateway.net.Admission;
import dev.drover.gateway.net.Exchange;
import dev.drover.gateway.net.Front;
import dev.drover.gateway.net.HeldRequest;
import dev.drover.gateway.net.HoldQueue;
import dev.drover.gateway.net.Leg;
import dev.drover.gateway.net.Loop;
import dev.drover.gateway.net.Waiting;
import dev.drover.gateway.net.Writes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/// A client's connection: one request at a time, those behind it wait. An error of the gateway's
/// own is a 503 whose header `Outcome` says `none` (nothing was done) or `unknown`.
final class MapClient extends SimpleChannelInboundHandler<FullHttpRequest>
    implements Front.Served, HoldQueue.Held, Waiting {
  private static final int BEHIND_MAX = 8;

  private final MapFront.Lane lane;
  private final Loop loop;
  private final Channel channel;
  private final HeldRequest held;
  private final ArrayDeque<FullHttpRequest> requests = new ArrayDeque<>();
  private boolean underWay;
  private boolean draining;
  private boolean gone;

  MapClient(MapFront.Lane lane, Channel channel) {
    this.lane = lane;
    this.loop = lane.parts().loop();
    this.channel = channel;
    this.held = new HeldRequest(lane.parts().shared().holding(), loop, "map");
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    requests.add(request.retain());
    channel.config().setAutoRead(requests.size() < BEHIND_MAX);
    if (requests.size() == 1) {
      attempt();
    }
  }

  /// Sends the first request, if it is let through.
  private void attempt() {
    FullHttpRequest request = requests.peek();
    if (request == null || underWay || gone) {
      return;
    }
    String[] path = request.uri().split("/", -1);
    Gate gate = path.length == 4 && path[1].equals("map") ? lane.gates().get(path[2]) : null;
    if (gate == null) {
      answer(HttpResponseStatus.NOT_FOUND, "", Unpooled.EMPTY_BUFFER);
      return;
    }
    boolean write = !request.method().equals(HttpMethod.GET);
    Admission way = Admission.of(loop, write, gate);
    if (way == null) {
      hold(gate, request.content().readableBytes());
      return;
    }
    MapUpstream to = lane.pool().shared(way.to().home());
    if (!to.hasRoom(this)) {
      way.giveBack(loop);
      return;
    }
    held.over();
    underWay = true;
    Request sent = new Request(this, request.method() + " " + path[2], path[3], write);
    sent.admitted(way);
    ByteBuf bytes = forwarded(request, "/map/" + way.to().locator() + "/" + path[3]);
    to.send(sent, bytes);
    bytes.release();
  }

  /// Sends the first request, a read, by the route of now: its home may hold no more of the map.
  private void again() {
    underWay = false;
    attempt();
  }

  private static ByteBuf forwarded(FullHttpRequest request, String path) {
    String head =
        "%s %s HTTP/1.1\r\nHost: home\r\nContent-Length: %d\r\n\r\n"
            .formatted(request.method(), path, request.content().readableBytes());
    return Unpooled.wrappedBuffer(
        Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII), request.content().retainedSlice());
  }

  private void hold(Gate gate, long bytes) {
    String refusal = held.hold(gate, bytes);
    if (refusal == null) {
      lane.parts().holds().hold(gate, this);
    } else {
      unavailable("none", refusal);
    }
  }

  private void unavailable(String outcome, String why) {
    answer(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        outcome,
        Unpooled.copiedBuffer(why, StandardCharsets.UTF_8));
  }

  /// Answers the first request.
  private void answer(HttpResponseStatus status, String outcome, ByteBuf body) {
    FullHttpRequest request = requests.poll();
    if (request == null) {
      body.release();
      return;
    }
    request.release();
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    if (!outcome.isEmpty()) {
      response.headers().set("Outcome", outcome);
    }
    Writes.write(channel, response);
    channel.flush();
    underWay = false;
    channel.config().setAutoRead(!draining);
    end();
    attempt();
  }

  private void end() {
    if (draining && requests.isEmpty()) {
      Writes.end(loop, channel);
    }
  }

  @Override
  public void resume() {
    attempt();
  }

  @Override
  public void released() {
    attempt();
  }

  @Override
  public boolean heldTooLong(long nowNanos) {
    return gone || held.tooLong(nowNanos);
  }

  @Override
  public void refuseHeld() {
    String why = held.timedOut();
    if (!gone) {
      unavailable("none", why);
    }
  }

  @Override
  public void drain() {
    draining = true;
    channel.config().setAutoRead(false);
    end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    held.over();
    requests.forEach(FullHttpRequest::release);
    requests.clear();
  }

  /// A request on its way to its home.
  private static final class Request extends Exchange implements Leg {
    private final MapClient client;
    private final String name;
    private final String item;
    private final boolean write;

    Request(MapClient client, String name, String item, boolean write) {
      super(client.loop.nanos());
      this.client = client;
      this.name = name;
      this.item = item;
      this.write = write;
    }

    @Override
    public Exchange exchange() {
      return this;
    }

    @Override
    public void answered(
        Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
      boolean stands = stands(nowNanos);
      leave(client.loop);
      HttpResponseStatus status = HttpResponseStatus.valueOf(piece.readUnsignedShort());
      if (stands) {
        client.answer(status, "", piece);
        return;
      }
      piece.release();
      if (write) {
        client.unavailable("unknown", "the gateway has lost its lease meanwhile");
      } else {
        client.again();
      }
    }

    @Override
    public void failed(Connection from, String why, boolean sent) {
      leave(client.loop);
      client.unavailable(sent && write ? "unknown" : "none", "home '" + from.home() + "' " + why);
    }

    @Override
    public String client() {
      return client.channel.remoteAddress() + (client.gone ? " (gone)" : "");
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String item() {
      return item;
    }
  }
}
