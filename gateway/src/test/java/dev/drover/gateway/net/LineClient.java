package dev.drover.gateway.net;

import dev.drover.core.HomeId;
import dev.drover.core.gate.Gate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client that speaks lines: one request at a time, those behind it wait.
final class LineClient extends ChannelInboundHandlerAdapter
    implements Front.Served, HoldQueue.Held, UnfinishedRequests.Owner, Waiting {
  private final LineFront.Lane lane;
  private final LoopParts parts;
  private final Channel channel;
  private final HeldRequest held;
  private final StringBuilder in = new StringBuilder();
  private String[] request = {};
  private int requestBytes;
  private @Nullable LineRequest underWay;
  private LineFront.@Nullable Way ownWay;
  private @Nullable LineUpstream own;
  private boolean busy;
  private volatile boolean draining;
  private boolean gone;

  LineClient(LineFront.Lane lane, Channel channel) {
    this.lane = lane;
    this.parts = lane.parts;
    this.channel = channel;
    this.held = new HeldRequest(parts.shared().holding(), parts.loop(), "partition");
  }

  // --- requests

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf more = (ByteBuf) message;
    in.append(more.toString(StandardCharsets.US_ASCII));
    more.release();
    process();
  }

  private void process() {
    int end;
    while (!busy && !gone && (end = in.indexOf("\n")) >= 0) {
      requestBytes = end + 1;
      request = in.substring(0, end).split(" ");
      in.delete(0, requestBytes);
      busy = true;
      attempt();
    }
    parts.unfinished().note(this, busy || gone ? 0 : in.length());
    parts.unfinished().makeRoom(this);
    if (draining && !busy) {
      Writes.end(parts.loop(), channel);
    }
  }

  /// Sends the request at hand, if it is let through.
  private void attempt() {
    List<String> keys =
        request[0].equals("FANOUT")
            ? List.of(request).subList(1, request.length)
            : List.of(request[1]);
    boolean write = request[0].equals("PUT") || request[0].equals("FANOUT");
    List<Gate> gates = keys.stream().map(lane::gate).filter(Objects::nonNull).distinct().toList();
    if (gates.isEmpty()) {
      Admission rest = lane.atRest();
      if (rest == null) {
        hold(null);
      } else {
        held.over();
        send(write, List.of(rest), keys, gates);
      }
      return;
    }
    switch (Admission.of(parts.loop(), write, gates)) {
      case Admission.Several.Held(Gate by) -> hold(by);
      case Admission.Several.Admitted(List<Admission> ways) -> {
        held.over();
        send(write, ways, keys, gates);
      }
    }
  }

  private void hold(@Nullable Gate gate) {
    String refusal = held.hold(gate, requestBytes);
    if (refusal == null) {
      parts.holds().hold(gate, this);
    } else {
      answer("QUIESCED " + refusal);
    }
  }

  private void send(boolean write, List<Admission> ways, List<String> keys, List<Gate> gates) {
    Map<HomeId, StringBuilder> lines = new LinkedHashMap<>();
    for (String key : keys) {
      int at = Math.max(0, gates.indexOf(lane.gate(key)));
      lines
          .computeIfAbsent(ways.get(at).to().home(), _ -> new StringBuilder(request[0]))
          .append(' ')
          .append(key);
    }
    if (request[0].equals("SUBSCRIBE")) {
      ways.forEach(each -> each.giveBack(parts.loop()));
      subscribe(ways.getFirst().to().home());
      return;
    }
    LineRequest fresh = new LineRequest(this, request, write, lines.size(), parts.loop());
    fresh.admitted(ways);
    underWay = fresh;
    lines.forEach(
        (home, line) -> {
          LineUpstream to = lane.pool.shared(new LineFront.Way(home, false));
          LoopRig.send(to, fresh.leg(to), line.toString());
        });
  }

  /// Once it has a connection of its own, it hears all that comes.
  private void subscribe(HomeId home) {
    LineFront.Way way = new LineFront.Way(home, true);
    ownWay = way;
    own = lane.pool.take(way, this);
    LineUpstream mine = own;
    if (mine == null) {
      say("WAIT");
      return;
    }
    mine.onPushes(
        message -> {
          Writes.write(channel, message);
          channel.flush();
        });
    LineRequest fresh = new LineRequest(this, request, false, 1, parts.loop());
    fresh.admitted(List.of(Objects.requireNonNull(lane.atRest())));
    underWay = fresh;
    LoopRig.send(mine, fresh.leg(mine), "SUBSCRIBE");
  }

  /// A connection of its own may be there.
  @Override
  public void resume() {
    subscribe(Objects.requireNonNull(ownWay).home());
  }

  // --- what becomes of them

  /// The request at hand is answered.
  void answer(String line) {
    underWay = null;
    busy = false;
    say(line);
    process();
  }

  void say(String line) {
    Writes.write(channel, LoopRig.text(line + "\n"));
    channel.flush();
  }

  boolean isGone() {
    return gone;
  }

  /// Whether it takes what is there for it. From any thread.
  boolean writable() {
    return channel.isWritable();
  }

  /// Whether it was told that the gateway ends. From any thread.
  boolean wasDrained() {
    return draining;
  }

  String address() {
    return String.valueOf(channel.remoteAddress());
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
      answer("QUIESCED " + why);
    }
  }

  @Override
  public void dropUnfinished() {
    in.setLength(0);
    say("TRYAGAIN no room");
    Writes.end(parts.loop(), channel);
  }

  @Override
  public void drain() {
    draining = true;
    process();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone = true;
    held.over();
    parts.unfinished().note(this, 0);
    LineRequest mine = underWay;
    if (mine != null) {
      mine.drop();
    }
    LineFront.Way way = ownWay;
    if (way != null) {
      lane.pool.waitsNoMore(way, this);
      LineUpstream upstream = own;
      if (upstream != null) {
        lane.pool.giveBack(way, upstream, false);
      }
    }
  }

  /// The request of a client, with a leg to each home that it touches.
  static final class LineRequest extends Exchange {
    private final LineClient client;
    private final String[] words;
    private final boolean write;
    private final Loop loop;
    private final List<LineLeg> legs = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private int missing;

    LineRequest(LineClient client, String[] words, boolean write, int homes, Loop loop) {
      super(loop.nanos());
      this.client = client;
      this.words = words.clone();
      this.write = write;
      this.missing = homes;
      this.loop = loop;
    }

    Leg leg(LineUpstream to) {
      LineLeg leg = new LineLeg(this, to);
      legs.add(leg);
      return leg;
    }

    private void over(String answer) {
      answers.add(answer);
      if (--missing == 0) {
        boolean stands = stands(loop.nanos());
        leave(loop);
        client.answer(
            stands ? String.join(" ", answers) : write ? "UNKNOWN no lease" : "TRYAGAIN no lease");
      }
    }

    private void drop() {
      legs.forEach(each -> each.to.drop(each));
    }

    @Override
    public String client() {
      return client.address();
    }

    @Override
    public String name() {
      return words[0];
    }

    @Override
    public String item() {
      return words[1];
    }
  }

  private static final class LineLeg implements Leg {
    private final LineRequest exchange;
    private final LineUpstream to;
    private final StringBuilder answer = new StringBuilder();

    private LineLeg(LineRequest exchange, LineUpstream to) {
      this.exchange = exchange;
      this.to = to;
    }

    @Override
    public Exchange exchange() {
      return exchange;
    }

    @Override
    public void answered(
        Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
      answer.append(piece.toString(StandardCharsets.US_ASCII));
      piece.release();
      if (!whole) {
        return;
      }
      String line = answer.toString().stripTrailing();
      answer.setLength(0);
      exchange.over(line);
    }

    @Override
    public void failed(Connection from, String why, boolean sent) {
      exchange.over((sent && exchange.write ? "UNKNOWN " : "TRYAGAIN ") + why);
    }
  }
}
