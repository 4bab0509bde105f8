package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.bulk.BulkItems;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A `_bulk` of one tenant.
///
/// @param index the one that the URL names; empty if it names none
record BulkTarget(Asked asked, Optional<String> index) implements Plan.Target {
  private static final List<String> PATH = List.of("_bulk");

  @Override
  public Plan.Whole whole(Placement to, ByteBuf body) throws Refused {
    Documents documents = asked.at(to);
    Map<String, String> parameters = asked.parameters(documents, false);
    BulkBody bulk = bulk(documents);
    String encoding = asked.sent().contentEncoding();
    ByteBuf plain =
        encoding.isEmpty()
            ? body.retainedSlice()
            : Unpooled.wrappedBuffer(
                Inflated.of(body, encoding, asked.serving().options().limits().walkedBytesMax()));
    ByteBuf rewritten = bulk.piece(plain, true);
    return new Plan.Whole(
        asked.outgoing("POST", PATH, parameters, rewritten.readableBytes()).plain(),
        rewritten,
        bulk.deletable());
  }

  @Override
  public Plan.Streamed streamed(Placement to, ByteBuf begun) throws Refused {
    Documents documents = asked.at(to);
    BulkBody bulk = bulk(documents);
    return new Plan.Streamed(
        asked.outgoing("POST", PATH, asked.parameters(documents, false), Outgoing.CHUNKED),
        new Plan.Body() {
          @Override
          public ByteBuf piece(ByteBuf piece, boolean last) throws Refused {
            return bulk.piece(piece, last);
          }

          @Override
          public List<BulkBody.Deletable> deletable() {
            return bulk.deletable();
          }
        });
  }

  /// What becomes of a body at a place.
  BulkBody bulk(Documents documents) {
    return new BulkBody(
        new BulkItems(
            documents,
            index,
            Optional.ofNullable(asked.parameters().get(Asked.ROUTING)),
            asked.serving().ids()::next),
        source -> UpdateTarget.inBulk(source, asked, documents, index),
        asked.serving().options().limits().walkedBytesMax(),
        // Its buffers are large: of those the other one makes each anew.
        PooledByteBufAllocator.DEFAULT);
  }

  @Override
  public Optional<AnswerRewriter> answer(Placement to, int status) {
    return asked.answer(to, AnswerShape.DOCUMENTS);
  }
}
