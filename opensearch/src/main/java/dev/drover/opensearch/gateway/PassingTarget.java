package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.util.Optional;

/// A request of no tenant that goes to a named cluster as it is.
record PassingTarget(Outgoing head) implements Plan.Target {
  @Override
  public Plan.Whole whole(Placement to, ByteBuf body) {
    return new Plan.Whole(
        head.to(head.method(), head.target(), body.readableBytes()), body.retainedSlice());
  }

  @Override
  public Plan.Streamed streamed(Placement to, ByteBuf begun) {
    return new Plan.Streamed(head, (piece, last) -> piece);
  }

  @Override
  public Optional<AnswerRewriter> answer(Placement to, int status) {
    return Optional.empty();
  }

  @Override
  public AnswerHead head(HttpResponse response) {
    return AnswerHead.whole(response);
  }
}
