package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.bulk.FieldInjection;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.tenant.Documents;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A request for one document, or for one index, whose body passes by as it is, or gets one more
/// field.
///
/// @param method by which the home is asked
/// @param index as the client calls it
/// @param action what stands behind the index in the path, such as `_doc`; empty for nothing
/// @param id the document's, as the client calls it; empty if it names none
/// @param more parameters for the home
record DocumentTarget(
    Asked asked,
    String method,
    String index,
    List<String> action,
    Optional<String> id,
    Map<String, String> more,
    AnswerShape shape)
    implements Plan.Target {
  @Override
  public Plan.Whole whole(Placement to, ByteBuf body) throws Refused {
    Documents documents = asked.at(to);
    Optional<InjectedBody> injected = injected(documents);
    if (injected.isPresent()) {
      ByteBuf plain =
          Unpooled.wrappedBuffer(
              Inflated.of(
                  body,
                  asked.sent().contentEncoding(),
                  asked.serving().options().limits().walkedBytesMax()));
      ByteBuf with = injected.get().piece(plain, true);
      return new Plan.Whole(head(documents, with.readableBytes()).plain(), with);
    }
    Outgoing head = head(documents, body.readableBytes());
    return new Plan.Whole(head, body.retainedSlice(), deletable(documents));
  }

  @Override
  public Plan.Streamed streamed(Placement to, ByteBuf begun) throws Refused {
    Documents documents = asked.at(to);
    Optional<InjectedBody> injected = injected(documents);
    if (injected.isEmpty()) {
      return new Plan.Streamed(head(documents, asked.sent().length()), (piece, last) -> piece);
    }
    if (!asked.sent().contentEncoding().isEmpty()) {
      throw Refused.argument(
          "a compressed document has at most %d bytes here: send it as it is"
              .formatted(Plan.Forward.WHOLE_BYTES_MAX));
    }
    return new Plan.Streamed(head(documents, Outgoing.CHUNKED), injected.get());
  }

  private Optional<InjectedBody> injected(Documents documents) {
    return switch (asked.endpoint()) {
      case DOC_PUT, DOC_ADD, CREATE -> FieldInjection.of(documents).map(InjectedBody::new);
      default -> Optional.empty();
    };
  }

  private List<BulkBody.Deletable> deletable(Documents documents) throws Refused {
    return method.equals("DELETE") && id.isPresent()
        ? List.of(
            new BulkBody.Deletable(
                Asked.index(documents, index),
                Asked.id(documents, id.get()),
                asked.routing(documents)))
        : List.of();
  }

  private Outgoing head(Documents documents, long length) throws Refused {
    List<String> path = new ArrayList<>();
    path.add(Asked.index(documents, index));
    path.addAll(action);
    if (id.isPresent()) {
      path.add(Asked.id(documents, id.get()));
    }
    Map<String, String> parameters = asked.parameters(documents, id.isPresent());
    parameters.putAll(more);
    return asked.outgoing(method, path, parameters, length);
  }

  /// An error is not what was asked for.
  @Override
  public Optional<AnswerRewriter> answer(Placement to, int status) {
    boolean source = shape == AnswerShape.SOURCE && status / 100 != 2;
    return asked.answer(to, source ? AnswerShape.DOCUMENTS : shape);
  }
}
