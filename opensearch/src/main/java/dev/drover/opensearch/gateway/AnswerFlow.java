package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.BadAnswer;
import dev.drover.opensearch.rewrite.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A home's answer on its way to the client. A short one is sent at once with its length; of a long
/// one the length is not known before its end. Owned by one event loop.
final class AnswerFlow {
  private static final Logger LOG = LoggerFactory.getLogger(AnswerFlow.class);
  private static final int SHORT_BYTES_MAX = 32 << 10;
  private static final int BAD_GATEWAY = 502;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private final @Nullable Outlet outlet;
  private final AnswerHead head;
  private final long announced;
  private final boolean bodiless;
  private final boolean closes;
  private final boolean write;
  private final @Nullable AnswerRewriter rewriter;
  private ByteBuf kept = Unpooled.EMPTY_BUFFER;
  private boolean begun;

  /// @param announced the length of the home's body, [Outlet#UNKNOWN] if it did not say
  /// @param bodiless whether the client gets no body
  /// @param closes whether the connection ends after it
  /// @param write whether it answers a write
  private AnswerFlow(
      @Nullable Outlet outlet,
      AnswerHead head,
      long announced,
      boolean bodiless,
      boolean closes,
      boolean write,
      Optional<AnswerRewriter> rewriter) {
    this.outlet = outlet;
    this.head = head;
    this.announced = announced;
    this.bodiless = bodiless;
    this.closes = closes;
    this.write = write;
    this.rewriter = rewriter.orElse(null);
  }

  /// A home's answer, as the plan's target shows it.
  ///
  /// @param headOnly whether only its head was asked for
  static AnswerFlow of(
      Outlet outlet,
      HttpResponse head,
      Plan.Forward plan,
      Placement from,
      boolean headOnly,
      boolean closes) {
    int status = head.status().code();
    return new AnswerFlow(
        outlet,
        plan.target().head(head),
        HttpUtil.getContentLength(head, Outlet.UNKNOWN),
        headOnly || status == NO_CONTENT || status == NOT_MODIFIED,
        closes,
        plan.write(),
        plan.target().answer(from, status));
  }

  /// Goes to nobody.
  static AnswerFlow dropped() {
    return new AnswerFlow(
        null, AnswerHead.json(0), Outlet.UNKNOWN, true, false, false, Optional.empty());
  }

  /// Whether the client has some of it.
  boolean begun() {
    return begun;
  }

  boolean writable() {
    return outlet == null || outlet.writable();
  }

  /// A piece of the home's answer, which belongs to this one.
  ///
  /// @return false if the answer could not be passed on; then the client has been told
  boolean piece(ByteBuf piece, boolean whole) {
    if (outlet == null) {
      piece.release();
      return true;
    }
    try {
      ByteBuf shown = shown(piece, whole);
      if (whole) {
        last(outlet, shown);
      } else {
        more(outlet, shown);
      }
      return true;
    } catch (BadAnswer e) {
      LOG.error("an answer was not passed on: {}", e.getMessage());
      if (begun) {
        outlet.cut();
      } else {
        wrong(outlet, e);
      }
      kept.release();
      kept = Unpooled.EMPTY_BUFFER;
      return false;
    }
  }

  private ByteBuf shown(ByteBuf piece, boolean whole) throws BadAnswer {
    if (rewriter == null || bodiless) {
      return piece;
    }
    ByteBuf shown = rewriter.rewrite(piece);
    if (whole) {
      try {
        rewriter.end();
      } catch (BadAnswer e) {
        shown.release();
        throw e;
      }
    }
    return shown;
  }

  private void more(Outlet to, ByteBuf shown) {
    if (!begun && kept.readableBytes() + shown.readableBytes() <= SHORT_BYTES_MAX) {
      keep(shown);
      return;
    }
    begin(to, rewriter == null ? announced : Outlet.UNKNOWN);
    to.piece(shown);
    to.flush();
  }

  private void keep(ByteBuf shown) {
    kept = kept.isReadable() ? Unpooled.wrappedBuffer(kept, shown) : shown;
  }

  private void begin(Outlet to, long length) {
    if (!begun) {
      begun = true;
      to.head(head, length, bodiless, closes);
      to.piece(kept);
      kept = Unpooled.EMPTY_BUFFER;
    }
  }

  private void last(Outlet to, ByteBuf shown) {
    if (!begun) {
      keep(shown);
      long length =
          bodiless ? (rewriter == null ? announced : Outlet.UNKNOWN) : kept.readableBytes();
      begin(to, length);
    } else {
      to.piece(shown);
    }
    to.end();
  }

  private void wrong(Outlet to, BadAnswer why) {
    // A write that its home has answered well was done.
    boolean done = write && head.status() / 100 == 2;
    byte[] body =
        Refused.body(
            BAD_GATEWAY,
            done ? Refused.UNKNOWN : Refused.DROVER,
            why.getMessage() + (done ? "; the write was done, or a part of it" : ""));
    begun = true;
    to.head(AnswerHead.json(BAD_GATEWAY), body.length, bodiless, closes);
    if (!bodiless) {
      to.piece(Unpooled.wrappedBuffer(body));
    }
    to.end();
  }

  /// The rest of it will not come.
  void cut() {
    if (outlet != null) {
      outlet.cut();
    }
    kept.release();
    kept = Unpooled.EMPTY_BUFFER;
  }
}
