package dev.drover.opensearch.gateway;

import dev.drover.gateway.net.Exchange;
import dev.drover.gateway.net.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One request to one home, on a connection that no other request uses meanwhile. Owned by one
/// event loop.
///
/// ```
/// if (request.connected()) { request.begin(head); request.send(body); request.end(); }
/// ```
final class HomeRequest implements HomeConnection.Asking, Waiting {
  private static final byte[] CHUNKS_END = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Lane lane;
  private final Exchange exchange;
  private final Lane.Use use;
  private final Answer to;
  private @Nullable HomeConnection on;
  private @Nullable Outgoing head;
  private boolean sentWhole;
  private boolean over;

  /// Who is told of the answer.
  interface Answer {
    /// There may be a connection now: ask again whether the request is [HomeRequest#connected].
    void mayConnect();

    /// The answer begins.
    void head(HttpResponse head);

    /// More of it. It belongs to the one who is told.
    void piece(ByteBuf piece, boolean whole);

    /// Nothing more will come.
    ///
    /// @param sent whether the home may have the whole request, and may have done it
    void failed(String why, boolean sent);
  }

  /// @param use which connections it may go by
  HomeRequest(Lane lane, Exchange exchange, Lane.Use use, Answer to) {
    this.lane = lane;
    this.exchange = exchange;
    this.use = use;
    this.to = to;
  }

  /// Whether there is a connection for it; if not, its owner is told when there may be one.
  boolean connected() {
    if (on == null) {
      on = lane.pool().take(use, this);
    }
    return on != null;
  }

  boolean begun() {
    return head != null;
  }

  @Override
  public boolean isHead() {
    Outgoing sent = head;
    return sent != null && sent.head();
  }

  void begin(Outgoing request) {
    HomeConnection by = on;
    if (by == null) {
      throw new IllegalStateException("there is no connection yet");
    }
    head = request;
    by.begin(this, request);
  }

  /// Whether another piece of the body may be sent; if not, `who` is told when it may.
  boolean hasRoom(Waiting who) {
    HomeConnection by = on;
    return by == null || by.takesPiece(who);
  }

  /// Sends a piece of the body, which is not released.
  void send(ByteBuf piece) {
    HomeConnection by = on;
    Outgoing request = head;
    if (by == null || request == null || !piece.isReadable()) {
      return;
    }
    if (!request.chunked()) {
      by.write(piece);
      return;
    }
    String size = Integer.toHexString(piece.readableBytes()) + "\r\n";
    ByteBuf before = lane.alloc().buffer(size.length());
    before.writeCharSequence(size, StandardCharsets.US_ASCII);
    by.write(before);
    before.release();
    by.write(piece);
    by.write(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));
  }

  /// All of the body was sent.
  void end() {
    sentWhole = true;
    HomeConnection by = on;
    Outgoing request = head;
    if (by != null && request != null && request.chunked()) {
      by.write(Unpooled.wrappedBuffer(CHUNKS_END));
    }
  }

  /// Nobody wants it any more. If it was not sent as a whole, the home drops it and does nothing.
  void cancel() {
    if (!over) {
      over = true;
      giveBack(false);
    }
  }

  void setAutoRead(boolean on) {
    HomeConnection by = this.on;
    if (by != null) {
      by.setAutoRead(on);
    }
  }

  private void giveBack(boolean clean) {
    HomeConnection by = on;
    on = null;
    if (by == null) {
      lane.pool().waitsNoMore(use, this);
      return;
    }
    if (head != null && !sentWhole && by.usable()) {
      by.cutOff();
    }
    lane.pool().giveBack(use, by, clean);
  }

  @Override
  public void headCame(HttpResponse response) {
    if (!over) {
      to.head(response);
    }
  }

  @Override
  public void answered(
      Connection from, ByteBuf piece, boolean whole, long expectedBytes, long nowNanos) {
    if (over) {
      piece.release();
      return;
    }
    if (whole) {
      over = true;
      HomeConnection by = on;
      if (by != null) {
        by.setAutoRead(true);
        giveBack(sentWhole && by.keepsAlive());
      }
    }
    to.piece(piece, whole);
  }

  @Override
  public void failed(Connection from, String why, boolean sent) {
    if (!over) {
      over = true;
      giveBack(false);
      to.failed("home '" + use.home() + "' " + why, sent && sentWhole);
    }
  }

  @Override
  public void resume() {
    if (!over) {
      to.mayConnect();
    }
  }

  @Override
  public Exchange exchange() {
    return exchange;
  }

  /// A home need not answer what it does not have as a whole.
  @Override
  public boolean isSending() {
    return head != null && !sentWhole;
  }
}
