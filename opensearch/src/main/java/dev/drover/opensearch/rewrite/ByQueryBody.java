package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The body of `_delete_by_query` or `_update_by_query`, in parts: the gateway runs these itself,
/// as searches and bulks.
public final class ByQueryBody {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private final Parts parts;

  private ByQueryBody(Parts parts) {
    this.parts = parts;
  }

  /// @param body empty for none
  /// @param update whether a script is allowed
  /// @param ofUrl as for [SearchBody#of]
  public static ByQueryBody of(
      byte[] body, RequestView view, boolean update, Optional<byte[]> ofUrl) throws Refused {
    Parts parts = new Parts(update);
    byte[] _ = Walk.over(body.length == 0 ? EMPTY : body, view, parts);
    if (ofUrl.isPresent() || parts.query == null) {
      if (ofUrl.isPresent() && parts.query != null) {
        throw Refused.argument(
            "the URL has the parameter [q], and the body has a [query]: send one of them");
      }
      byte[] all = "{\"match_all\":{}}".getBytes(StandardCharsets.UTF_8);
      parts.query = Walk.over(ofUrl.orElse(all), view, query(view));
    }
    return new ByQueryBody(parts);
  }

  private static Rule query(RequestView view) {
    return view.kind() == Locator.Kind.CLUSTER ? Rules.DATA : Queries::filtered;
  }

  /// The query for the cluster. At a shared index only the tenant's documents pass.
  public byte[] query() {
    return parts.query == null ? EMPTY : parts.query;
  }

  /// For each update of a bulk.
  public Optional<byte[]> script() {
    return Optional.ofNullable(parts.script);
  }

  public Optional<byte[]> slice() {
    return Optional.ofNullable(parts.slice);
  }

  /// How many documents at most; also called `size`.
  public OptionalLong maxDocs() {
    return parts.maxDocs;
  }

  /// Whether it goes on after a document that has changed meanwhile.
  ///
  /// @return empty if the body does not say: the URL may
  public Optional<Boolean> proceedOnConflicts() {
    return parts.proceed;
  }

  private static final class Parts implements Rule {
    private final boolean update;
    private byte @Nullable [] query;
    private byte @Nullable [] script;
    private byte @Nullable [] slice;
    private OptionalLong maxDocs = OptionalLong.empty();
    private Optional<Boolean> proceed = Optional.empty();

    private Parts(boolean update) {
      this.update = update;
    }

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object");
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        part(walk, name);
      }
    }

    private void part(Walk walk, String name) throws Refused {
      switch (name) {
        case "query" -> query = walk.apart(query(walk.view()));
        case "slice" -> slice = walk.apart(SearchParts.SLICE);
        case "max_docs", "size" -> {
          if (maxDocs.isPresent()) {
            throw Refused.argument("the body has both [max_docs] and [size]: send [max_docs]");
          }
          maxDocs = OptionalLong.of(walk.number());
        }
        case "conflicts" -> proceed = Optional.of(conflicts(walk.string()));
        default -> {
          if (!update || !name.equals("script")) {
            throw Refused.argument(
                "the body has the key [%s], which Drover does not know here. It has [query], [max_docs], [conflicts] and [slice]%s"
                    .formatted(name, update ? ", and [script]" : ""));
          }
          script = walk.apart(UpdateBody.SCRIPTS);
        }
      }
    }

    private static boolean conflicts(String value) throws Refused {
      return switch (value) {
        case "proceed" -> true;
        case "abort" -> false;
        default ->
            throw Refused.argument(
                "conflicts may only be \"proceed\" or \"abort\" but was [" + value + "]");
      };
    }
  }
}
