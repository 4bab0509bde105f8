package dev.drover.opensearch.gateway;

import dev.drover.core.Placement;
import dev.drover.opensearch.answer.AnswerRewriter;
import dev.drover.opensearch.answer.AnswerWords;
import dev.drover.opensearch.rewrite.Endpoint;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.UrlParameters;
import dev.drover.opensearch.tenant.Documents;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A request for one document, or for one index, whose body passes by as it is.
///
/// @param id the document's, as the client calls it; empty if it names none
/// @param method by which the home is asked
/// @param behind what stands behind the index in the path, with `{id}` in it for a document
record DocumentTarget(
    Asked asked, Optional<String> id, String method, String behind, AnswerRewriter.Shape shape)
    implements Plan.Target {
  /// The longest time for which nobody has to look at what a client waits for.
  private static final String TERM = "if_primary_term";

  /// No document was ever in a state of this term.
  private static final String NO_TERM = Long.toString(1L << 40);

  /// @param outgoing the body's type, and what the client is known by
  record Asked(
      Serving serving,
      Endpoint endpoint,
      String tenant,
      String index,
      Map<String, String> parameters,
      Outgoing outgoing) {
    Documents at(Placement to) throws Refused {
      Documents documents = serving.documents(tenant, to);
      endpoint.check(documents.locator().kind(), serving.options().switches());
      return documents;
    }

    String indexAt(Documents documents) throws Refused {
      return documents.locator().atHome(index).orElseThrow(() -> Refused.noIndex(index));
    }
  }

  @Override
  public Plan.Whole whole(Placement to, ByteBuf body) throws Refused {
    return new Plan.Whole(head(to, body.readableBytes()), body.retainedSlice());
  }

  @Override
  public Plan.Streamed streamed(Placement to, ByteBuf begun) throws Refused {
    return new Plan.Streamed(head(to, asked.outgoing().length()), (piece, last) -> piece);
  }

  private Outgoing head(Placement to, long length) throws Refused {
    Documents documents = asked.at(to);
    String index = asked.indexAt(documents);
    UrlParameters given =
        UrlParameters.of(asked.endpoint(), documents.locator().kind(), asked.parameters());
    Map<String, String> parameters = new LinkedHashMap<>(given.pass());
    parameters.putAll(given.handled());
    String shown = parameters.get(TERM);
    if (shown != null) {
      parameters.put(TERM, termAtHome(documents, shown));
    }
    String path = behind;
    if (id.isPresent()) {
      path = behind.replace("{id}", Target.part(idAtHome(documents, id.get())));
      if (documents.locator().shared()) {
        parameters.put("routing", asked.tenant());
      }
    }
    return asked
        .outgoing()
        .to(method, "/" + Target.part(index) + path + Target.query(parameters), length);
  }

  /// A state of an earlier stay is none that the document can be in.
  static String termAtHome(Documents documents, String shown) throws Refused {
    try {
      return documents.termAtHome(Long.parseLong(shown)).map(String::valueOf).orElse(NO_TERM);
    } catch (NumberFormatException e) {
      throw Refused.argument(
          "Failed to parse long parameter [if_primary_term] with value [" + shown + "]");
    }
  }

  static String idAtHome(Documents documents, String id) throws Refused {
    String atHome = documents.atHome(id);
    int bytes = atHome.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > Documents.ID_BYTES_MAX) {
      int most = Documents.ID_BYTES_MAX - (bytes - id.getBytes(StandardCharsets.UTF_8).length);
      throw Refused.argument(
          "id is too long, must be no longer than %d bytes here but was: %d"
              .formatted(most, id.getBytes(StandardCharsets.UTF_8).length));
    }
    return atHome;
  }

  @Override
  public Optional<AnswerRewriter> answer(Placement to) {
    return asked.serving().rewriter(asked.tenant(), to, shape);
  }

  /// Builds the parts of a URL.
  static final class Target {
    private Target() {}

    static String part(String text) {
      StringBuilder out = new StringBuilder(text.length() + 8);
      dev.drover.opensearch.rewrite.Paths.encode(text, out);
      return out.toString();
    }

    static String query(Map<String, String> parameters) {
      return parameters.isEmpty()
          ? ""
          : "?" + dev.drover.opensearch.rewrite.QueryStrings.encode(parameters);
    }
  }

  static AnswerWords words(Documents documents, java.util.function.UnaryOperator<String> cursor) {
    return new AnswerWords(documents, cursor);
  }
}
