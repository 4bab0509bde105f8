package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.core.gate.Gate;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// One request of the gateway's own to a tenant's home, whose answer is kept as a whole. It waits
/// through a hold as any client's does. Owned by one event loop.
final class Collector implements Asker, Hold.Waiter, Outlet {
  private final Lane lane;
  private final Hold hold;
  private final String client;
  private final Done done;
  private final CompositeByteBuf kept;
  private @Nullable Forwarding forwarding;
  private @Nullable Placement from;
  private int status;
  private boolean over;

  /// Who is told how it ends, once.
  interface Done {
    /// @param body is released afterwards
    void answered(Placement from, int status, ByteBuf body);

    /// It was refused before a home had it.
    void refused(Refused why);

    /// @param unknown whether a home may have done it
    void failed(String why, boolean unknown);
  }

  /// @param client for whom it is, for people
  Collector(Lane lane, String client, Done done) {
    this.lane = lane;
    this.client = client;
    this.done = done;
    this.hold = new Hold(lane, this);
    this.kept = lane.alloc().compositeBuffer(Integer.MAX_VALUE);
  }

  void send(Plan.Forward plan) {
    Forwarding sent = new Forwarding(lane, plan, this);
    forwarding = sent;
    sent.whole(Unpooled.EMPTY_BUFFER);
  }

  /// Nobody wants the answer any more.
  void cancel() {
    if (!over) {
      over();
      Forwarding sent = forwarding;
      if (sent != null) {
        sent.clientGone();
      }
      kept.release();
    }
  }

  private void over() {
    over = true;
    hold.over();
  }

  // --- held

  @Override
  public void hold(@Nullable Gate gate) {
    hold.begin(gate, 0);
  }

  @Override
  public void holdOver() {
    hold.over();
  }

  @Override
  public boolean isGone() {
    return over;
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
    unavailable(why);
  }

  // --- how it ends

  @Override
  public void refuse(Refused refused) {
    if (!over) {
      over();
      kept.release();
      done.refused(refused);
    }
  }

  @Override
  public void unknown(String why) {
    fail(why, true);
  }

  @Override
  public void unavailable(String why) {
    fail(why, false);
  }

  private void fail(String why, boolean unknown) {
    if (!over) {
      over();
      kept.release();
      done.failed(why, unknown);
    }
  }

  @Override
  public AnswerFlow answer(Plan.Forward plan, Placement home, HttpResponse head) {
    from = home;
    return AnswerFlow.of(this, head, plan, home, false, false);
  }

  @Override
  public void answered() {
    Placement home = from;
    if (!over && home != null) {
      over();
      try {
        done.answered(home, status, kept);
      } finally {
        kept.release();
      }
    }
  }

  @Override
  public void resumeBody() {}

  @Override
  public boolean bodyIsWhole() {
    return true;
  }

  @Override
  public String address() {
    return client;
  }

  // --- the answer

  @Override
  public void head(AnswerHead head, long length, boolean bodiless, boolean last) {
    status = head.status();
  }

  @Override
  public void piece(ByteBuf piece) {
    if (over) {
      piece.release();
    } else {
      kept.addComponent(true, piece);
    }
  }

  @Override
  public void end() {}

  @Override
  public void close() {}

  @Override
  public void cut() {
    fail("its answer was cut off", true);
  }

  @Override
  public void flush() {}

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void askForBody() {}
}
