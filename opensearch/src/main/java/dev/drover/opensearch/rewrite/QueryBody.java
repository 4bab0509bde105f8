package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.core.JsonToken;

/// A body that holds a query and nothing else: of `_count`, `_validate/query` and `_explain`.
public final class QueryBody {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String QUERY = "query";

  private QueryBody() {}

  /// The body for the cluster.
  ///
  /// @param body empty for none
  /// @param ofUrl as for [SearchBody#of]
  public static byte[] of(byte[] body, RequestView view, Optional<byte[]> ofUrl) throws Refused {
    boolean cluster = view.kind() == Locator.Kind.CLUSTER;
    if (cluster && ofUrl.isEmpty() && body.length == 0) {
      return EMPTY;
    }
    byte[] given = body.length == 0 ? EMPTY : body;
    Rule query = cluster ? Rules.DATA : Queries::filtered;
    byte[] walked = Walk.over(given, view, walk -> walk(walk, query, ofUrl));
    return cluster && ofUrl.isEmpty() ? given : walked;
  }

  private static void walk(Walk walk, Rule query, Optional<byte[]> ofUrl) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object");
    walk.to().writeStartObject();
    boolean seen = false;
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      if (!name.equals(QUERY)) {
        throw Refused.parsing("request does not support [" + name + "]: it has the key [query]");
      }
      if (ofUrl.isPresent()) {
        throw Refused.argument(
            "the URL has the parameter [q], and the body has a [query]: the cluster would forget one of them. Send one");
      }
      seen = true;
      walk.to().writeName(QUERY);
      query.walk(walk);
    }
    if (ofUrl.isPresent()) {
      walk.to().writeName(QUERY);
      walk.inner(ofUrl.get(), query);
    } else if (!seen && walk.shared()) {
      walk.to().writeName(QUERY);
      Queries.writeAll(walk);
    }
    walk.to().writeEndObject();
  }
}
