package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.MATCHING_SCRIPT;
import static dev.drover.opensearch.rewrite.Rules.NO_EXPLAIN;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCALARS;

import dev.drover.opensearch.tenant.Locator;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// The body of a search, as it is sent to the cluster.
public final class SearchBody {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private static final String QUERY_KEY = "query";
  private static final String PIT = "pit";

  private static final ObjectRule KEYS =
      ObjectRule.of("search")
          .with(SCALAR, "from", "size", "timeout", "terminate_after", "min_score", "version")
          .with(SCALAR, "seq_no_primary_term", "track_scores", "track_total_hits")
          .with(SCALAR, "include_named_queries_score")
          .with(SCALARS, "stats", "search_after")
          .with(NO_EXPLAIN, "explain", "profile")
          .with(QUERY, "post_filter")
          .with(DATA, "_source")
          .with(SearchParts.STORED_FIELDS, "stored_fields")
          .with(SearchParts.DOCVALUE_FIELDS, "docvalue_fields")
          .with(SearchParts.FETCH_FIELDS, "fields")
          .with(SearchParts.SCRIPT_FIELDS, "script_fields")
          .with(derived(), "derived")
          .with(SearchParts.SORT, "sort")
          .with(SearchParts.HIGHLIGHT, "highlight")
          .with(SearchParts.RESCORE, "rescore")
          .with(SearchParts.COLLAPSE, "collapse")
          .with(SearchParts.SLICE, "slice")
          .with(SearchParts.SUGGEST, "suggest")
          .with(Rules.list(indicesBoost()), "indices_boost")
          .with(Aggregations::walk, "aggs", "aggregations")
          .with(
              Rules.refused("a pipeline of searches can change what is searched. Leave it out"),
              "search_pipeline",
              "verbose_pipeline")
          .with(
              Rules.refused("Drover does not know what a plugin does with it. Leave it out"),
              "ext");

  private final byte[] body;
  private final boolean pit;

  private SearchBody(byte[] body, boolean pit) {
    this.body = body;
    this.pit = pit;
  }

  public byte[] body() {
    return body;
  }

  /// Whether it names a point in time. Then the cluster's path has no index.
  public boolean pit() {
    return pit;
  }

  private static Rule derived() {
    return Rules.named(
        ObjectRule.of("derived")
            .with(MATCHING_SCRIPT, "script")
            .with(DATA, "properties")
            .with(SCALAR, "type", "prefilter_field", "format", "ignore_malformed"));
  }

  private static Rule indicesBoost() {
    return ObjectRule.of("indices_boost")
        .fields(
            (walk, index) -> {
              walk.to().writeName(walk.view().physical(index));
              SCALAR.walk(walk);
            });
  }

  /// @param body empty for none
  /// @param ofUrl the query of the URL ([UrlQuery#of]). A body with a query of its own is refused
  ///   beside it, because the cluster would forget the body's
  public static SearchBody of(byte[] body, RequestView view, Optional<byte[]> ofUrl, PitIds pits)
      throws Refused {
    Search rule = new Search(ofUrl.orElse(null), pits);
    byte[] given = body.length == 0 ? EMPTY : body;
    byte[] walked = Walk.over(given, view, rule);
    boolean asItWas = view.kind() == Locator.Kind.CLUSTER && !rule.pit && ofUrl.isEmpty();
    return new SearchBody(asItWas ? given : walked, rule.pit);
  }

  private static boolean cluster(Walk walk) {
    return walk.kind() == Locator.Kind.CLUSTER;
  }

  private static final class Search implements Rule {
    private final byte @Nullable [] ofUrl;
    private final PitIds pits;
    private boolean pit;
    private boolean query;

    private Search(byte @Nullable [] ofUrl, PitIds pits) {
      this.ofUrl = ofUrl;
      this.pits = pits;
    }

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object");
      walk.to().writeStartObject();
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        switch (name) {
          case QUERY_KEY -> query(walk);
          case PIT -> pit(walk);
          default -> other(walk, name);
        }
      }
      if (ofUrl != null) {
        walk.to().writeName(QUERY_KEY);
        walk.inner(ofUrl, cluster(walk) ? Rules.DATA : Queries::filtered);
      } else if (!query && walk.shared()) {
        walk.to().writeName(QUERY_KEY);
        Queries.writeAll(walk);
      }
      walk.to().writeEndObject();
    }

    private void query(Walk walk) throws Refused {
      if (ofUrl != null) {
        throw Refused.argument(
            "the URL has the parameter [q], and the body has a [query]: the cluster would forget one of them. Send one");
      }
      query = true;
      walk.to().writeName(QUERY_KEY);
      if (cluster(walk)) {
        walk.copy();
      } else {
        Queries.filtered(walk);
      }
    }

    private static void other(Walk walk, String name) throws Refused {
      if (cluster(walk)) {
        walk.to().writeName(name);
        walk.copy();
      } else {
        KEYS.member(walk, name);
      }
    }

    private void pit(Walk walk) throws Refused {
      pit = true;
      walk.to().writeName(PIT);
      Rule id =
          inner -> {
            inner.require(JsonToken.VALUE_STRING, "the id of a point in time");
            inner.to().writeString(pits.unseal(inner.text()));
          };
      ObjectRule.of(PIT).with(id, "id").with(SCALAR, "keep_alive").walk(walk);
    }
  }
}
