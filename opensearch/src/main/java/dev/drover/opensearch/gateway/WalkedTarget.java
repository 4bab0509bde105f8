package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerShape;
import dev.drover.opensearch.bulk.BulkBody;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.RequestView;
import dev.drover.opensearch.rewrite.UrlQuery;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A request whose body is read and written anew before a home has it.
///
/// @param index as the client calls it; empty if the path names none
/// @param id of a scroll that the path or the URL names; empty if it names none
/// @param shape of the home's answer
record WalkedTarget(
    Asked asked, Optional<String> index, Optional<String> id, Walked walked, AnswerShape shape)
    implements Plan.Target {
  /// What is made of a body.
  interface Walked {
    Request walk(Body body) throws Refused;
  }

  /// @param bytes as the client has sent it, not compressed; empty for none
  /// @param view where its tenant is
  /// @param ofUrl the query of the URL; empty if that has none
  /// @param parameters those of the URL, which [Walked#walk] may change
  /// @param pits what its points in time are at the home
  @SuppressWarnings("ArrayRecordComponent") // Two are never compared.
  record Body(
      byte[] bytes,
      RequestView view,
      Optional<byte[]> ofUrl,
      Map<String, String> parameters,
      Cursors.At pits) {}

  /// @param path for the home
  /// @param body for the home; empty for none
  /// @param deletable the documents that it may delete
  @SuppressWarnings("ArrayRecordComponent") // Two are never compared.
  record Request(
      String method, List<String> path, byte[] body, List<BulkBody.Deletable> deletable) {
    Request(String method, List<String> path, byte[] body) {
      this(method, path, body, List.of());
    }
  }

  @Override
  public Plan.Whole whole(Placement to, ByteBuf body) throws Refused {
    RequestView view = RequestView.of(asked.at(to), index, asked.serving().options().switches());
    Map<String, String> parameters = asked.parameters(view.documents(), false);
    Map<String, String> handled = new HashMap<>(parameters);
    Asked.CONSUMED.forEach(parameters::remove);
    Request request =
        walked.walk(
            new Body(
                bytes(body, handled),
                view,
                UrlQuery.of(handled),
                parameters,
                asked.serving().cursors().at(asked.owner(), to)));
    return new Plan.Whole(
        asked.outgoing(request.method(), request.path(), parameters, request.body().length).plain(),
        Unpooled.wrappedBuffer(request.body()),
        request.deletable());
  }

  /// A client that cannot send a body with GET sends it as a parameter.
  private byte[] bytes(ByteBuf body, Map<String, String> handled) throws Refused {
    byte[] sent =
        Inflated.of(
            body,
            asked.sent().contentEncoding(),
            asked.serving().options().limits().walkedBytesMax());
    String source = handled.get("source");
    if (source == null) {
      return sent;
    }
    if (sent.length > 0) {
      throw Refused.argument("the body and the parameter [source] cannot both be sent");
    }
    if (!handled.getOrDefault("source_content_type", "").startsWith("application/")) {
      throw Refused.argument("the parameter [source] needs [source_content_type=application/json]");
    }
    return source.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public Plan.Streamed streamed(Placement to, ByteBuf begun) {
    throw new IllegalStateException("a body that is read is not sent while it comes");
  }

  /// What was opened at a home goes there, wherever the tenant is by now.
  @Override
  public Optional<Placement> fixed(ByteBuf body) throws Refused {
    return index.isPresent()
        ? Optional.empty()
        : switch (asked.endpoint()) {
          case SEARCH, SCROLL, SCROLL_DELETE, PIT_DELETE ->
              Optional.of(CursorPlaces.place(asked, id, bytes(body, asked.parameters())));
          default -> Optional.empty();
        };
  }

  @Override
  public Optional<AnswerRewriter> answer(Placement to, int status) {
    return asked.answer(to, shape);
  }
}
