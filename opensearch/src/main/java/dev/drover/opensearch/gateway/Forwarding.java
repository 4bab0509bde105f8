package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.gateway.net.Exchange;
import dev.drover.gateway.net.Waiting;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A client's request on its way to its tenant's home. Owned by one event loop.
///
/// A body that is there as a whole is sent under a pass, and again by the route of then if the home
/// turns out to be the old one. A long body is sent while it comes, all but its last piece: a home
/// does nothing before it has a request as a whole, so the pass is taken then, and a slow client
/// holds up no cutover.
final class Forwarding extends Exchange implements HomeRequest.Answer {
  private static final int TRIES_MAX = 4;

  /// A home that has failed after so long would probably take as long again.
  private static final long RETRY_NANOS_MAX = 2_000_000_000L;

  private final Lane lane;
  private final Plan.Forward plan;
  private final Asker client;
  private final NotedDeletes deletes;
  private @Nullable ByteBuf body;
  private @Nullable HomeRequest request;
  private @Nullable Placement to;
  private Way way;
  private Plan.@Nullable Body passing;
  private @Nullable ByteBuf lastPiece;
  private @Nullable AnswerFlow answer;
  private int tries;
  private boolean over;

  Forwarding(Lane lane, Plan.Forward plan, Asker client) {
    super(lane.loop().nanos());
    this.lane = lane;
    this.plan = plan;
    this.client = client;
    this.way = Ways.of(lane, plan);
    this.deletes = new NotedDeletes(lane, this, way.standing());
  }

  // --- on its way to the home

  /// The body is here as a whole. It belongs to this one now.
  void whole(ByteBuf all) {
    body = all;
    try {
      plan.target().fixed(all).ifPresent(home -> way = new LeasedWay(lane, null, home, false));
    } catch (Refused e) {
      end();
      client.refuse(e);
      return;
    }
    attempt();
  }

  /// The body is long, and this is its beginning. It belongs to this one now.
  void begun(ByteBuf beginning) {
    body = beginning;
    attempt();
  }

  /// How much of its body is kept here.
  int bytes() {
    ByteBuf kept = body;
    return kept == null ? 0 : kept.readableBytes();
  }

  /// Tries to send it: now, when there is a connection, or when the route has changed.
  void attempt() {
    while (!over) {
      if (!way.known(this::looked)) {
        return;
      }
      Placement home = way.route();
      if (home == null) {
        hold();
        return;
      }
      HomeRequest by = connection(home);
      if (by == null || !by.connected()) {
        return;
      }
      if (lastPiece != null) {
        sendLast(by);
        return;
      }
      if (!client.bodyIsWhole()) {
        stream(by, home);
        return;
      }
      if (by.begun() || send(by, home)) {
        return;
      }
    }
  }

  private void looked(boolean found) {
    if (over) {
      return;
    }
    if (found) {
      attempt();
    } else {
      end();
      client.unavailable(
          "the record of this tenant cannot be read; nothing was done, send it again");
    }
  }

  /// What was sent of a body stays where it is: it may go on there.
  private void hold() {
    HomeRequest by = request;
    if (by != null && !by.begun()) {
      letGo();
    }
    way.hold(client, this::attempt);
  }

  private @Nullable HomeRequest connection(Placement home) {
    HomeRequest by = request;
    if (by != null && !home.equals(to)) {
      if (by.begun()) {
        moved();
        return null;
      }
      letGo();
      by = null;
    }
    if (by == null) {
      by = new HomeRequest(lane, this, new Lane.Use(home.home(), !client.bodyIsWhole()), this);
      request = by;
      to = home;
    }
    return by;
  }

  /// The tenant is elsewhere by now, and what was sent of the body cannot be had again.
  private void moved() {
    end();
    client.unavailable(
        "the tenant has moved to another home while this request was being sent; nothing was done, send it again");
  }

  /// @return false if it has to be tried by another route
  private boolean send(HomeRequest by, Placement home) {
    if (!way.admits(home, this)) {
      return false;
    }
    client.holdOver();
    ByteBuf all = Objects.requireNonNull(body);
    Plan.Whole ready;
    try {
      ready = plan.target().whole(home, all);
    } catch (Refused e) {
      end();
      client.refuse(e);
      return true;
    }
    deletes.of(home, ready.deletable());
    noted(
        () -> {
          by.begin(ready.head());
          by.send(ready.body());
          by.end();
        },
        ready.body()::release);
    return true;
  }

  /// Goes on once what may be deleted is noted, if it has to be.
  ///
  /// @param anyhow is done in any case, afterwards
  private void noted(Runnable next, Runnable anyhow) {
    if (!deletes.due()) {
      next.run();
      anyhow.run();
      return;
    }
    deletes.note(
        why -> {
          if (!over && why == null) {
            next.run();
          } else if (!over) {
            end();
            client.unavailable(why + "; nothing was done, send it again");
          }
          anyhow.run();
        });
  }

  private void stream(HomeRequest by, Placement home) {
    if (!by.begun()) {
      ByteBuf beginning = Objects.requireNonNull(body);
      body = null;
      try {
        Plan.Streamed ready = plan.target().streamed(home, beginning);
        passing = ready.body();
        client.holdOver();
        by.begin(ready.head());
        forward(by, beginning);
      } catch (Refused e) {
        end();
        client.refuse(e);
        return;
      }
    }
    client.resumeBody();
  }

  /// Whether more of the body may be given; if not, `who` is told when it may.
  boolean hasRoom(Waiting who) {
    HomeRequest by = request;
    return passing != null && lastPiece == null && by != null && by.hasRoom(who);
  }

  /// More of the body, which belongs to this one now.
  void pass(ByteBuf piece, boolean last) {
    HomeRequest by = request;
    if (over || by == null) {
      piece.release();
      return;
    }
    if (last) {
      lastPiece = piece;
      way.forget();
      attempt();
      return;
    }
    try {
      forward(by, piece);
    } catch (Refused e) {
      end();
      client.refuse(e);
    }
  }

  private void forward(HomeRequest by, ByteBuf piece) throws Refused {
    Plan.Body body = passing;
    if (body == null) {
      piece.release();
      return;
    }
    ByteBuf out = body.piece(piece, false);
    by.send(out);
    out.release();
  }

  /// With its last piece the home has the request as a whole: from here on it needs a pass.
  private void sendLast(HomeRequest by) {
    Placement home = to;
    ByteBuf piece = lastPiece;
    if (home == null || piece == null || !way.admits(home, this)) {
      hold();
      return;
    }
    client.holdOver();
    lastPiece = null;
    Plan.Body body = passing;
    ByteBuf out;
    try {
      out = body == null ? piece : body.piece(piece, true);
    } catch (Refused e) {
      end();
      client.refuse(e);
      return;
    }
    deletes.of(home, body == null ? List.of() : body.deletable());
    noted(
        () -> {
          by.send(out);
          by.end();
        },
        out::release);
  }

  // --- its answer

  @Override
  public void mayConnect() {
    attempt();
  }

  @Override
  public void head(HttpResponse head) {
    if (over) {
      return;
    }
    if (way.looksAgain()) {
      deletes.delay();
      readOn(false);
    }
    HomeRequest by = request;
    way.answered(
        this,
        sure -> {
          if (!over && request == by) {
            told(sure, head);
          }
        });
  }

  private void told(boolean sure, HttpResponse head) {
    Placement from = to;
    if (!sure || from == null) {
      deletes.drop();
      unsure();
      return;
    }
    answer = client.answer(plan, from, head);
    if (way.looksAgain()) {
      readOn(true);
      deletes.release(this::show);
    }
  }

  private void unsure() {
    if (plan.write()) {
      toldUnknown(
          "the gateway was not sure of its route any more when the home answered; the write may or may not have been kept");
    } else {
      again("the home may not have the tenant any more");
    }
  }

  private void again(String why) {
    leave(lane.loop());
    letGo();
    way.forget();
    boolean late = lane.loop().nanos() - sinceNanos() > RETRY_NANOS_MAX;
    if (++tries >= TRIES_MAX || late || body == null) {
      end();
      client.unavailable(why + "; nothing was changed, ask again");
    } else {
      attempt();
    }
  }

  @Override
  public void piece(ByteBuf piece, boolean whole) {
    if (deletes.due() && !over) {
      deletes.delay();
      deletes.note(this::notedLate);
    }
    if (!deletes.keep(piece, whole)) {
      show(piece, whole);
    }
  }

  private void notedLate(@Nullable String why) {
    if (over) {
      return;
    }
    if (why == null) {
      deletes.release(this::show);
      lane.loop().flush();
    } else {
      end();
      client.unknown(why + "; the write was done, but may be lost by the move: send it again");
    }
  }

  private void show(ByteBuf piece, boolean whole) {
    AnswerFlow flow = answer;
    if (over || flow == null) {
      piece.release();
      return;
    }
    boolean well = flow.piece(piece, whole);
    if (!well || whole) {
      end();
      client.answered();
    } else if (!flow.writable()) {
      readOn(false);
    }
  }

  /// The client takes more of the answer.
  void readOn() {
    readOn(true);
  }

  private void readOn(boolean on) {
    HomeRequest by = request;
    if (by != null) {
      by.setAutoRead(on);
    }
  }

  @Override
  public void failed(String why, boolean sent) {
    if (over) {
      return;
    }
    AnswerFlow flow = answer;
    if (flow != null && flow.begun()) {
      end();
      flow.cut();
      client.answered();
    } else if (plan.write() && sent) {
      toldUnknown(why + "; the write may or may not have been done");
    } else {
      answer = null;
      again(why);
    }
  }

  /// What may have been deleted is noted first.
  private void toldUnknown(String why) {
    if (deletes.due()) {
      deletes.note(_ -> unknown(why));
    } else {
      unknown(why);
    }
  }

  private void unknown(String why) {
    if (!over) {
      end();
      client.unknown(why);
    }
  }

  // --- its end

  private void letGo() {
    HomeRequest by = request;
    request = null;
    if (by != null) {
      by.cancel();
    }
  }

  /// Gives back what it has. The passes go back, for nobody is answered by it any more.
  private void end() {
    over = true;
    leave(lane.loop());
    letGo();
    releaseBodies();
  }

  private void releaseBodies() {
    if (body != null) {
      body.release();
      body = null;
    }
    if (lastPiece != null) {
      lastPiece.release();
      lastPiece = null;
    }
    passing = null;
    deletes.drop();
  }

  /// The client is gone. A write that its home may have keeps its pass until that has answered.
  void clientGone() {
    HomeRequest by = request;
    boolean homeHasIt = plan.write() && by != null && by.begun() && !by.isSending();
    if (over) {
      return;
    }
    if (homeHasIt) {
      answer = AnswerFlow.dropped();
      releaseBodies();
    } else {
      end();
    }
  }

  /// It waited for as long as allowed, or somebody else needs the room.
  void giveUp() {
    if (!over) {
      end();
    }
  }

  @Override
  public String client() {
    return client.address();
  }

  @Override
  public String name() {
    return plan.name();
  }

  @Override
  public String item() {
    return plan.item();
  }
}
