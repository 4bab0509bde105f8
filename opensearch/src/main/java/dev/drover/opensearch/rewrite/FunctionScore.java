package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCRIPT;

import tools.jackson.core.JsonToken;

/// The query that changes scores by functions.
final class FunctionScore {
  /// With a least score the cluster has to compute scores to find documents.
  static final Rule MIN_SCORE = Rules.sharedRefused("use the [min_score] of the search", SCALAR);

  private static final Rule DECAY =
      ObjectRule.of("decay")
          .with(SCALAR, "multi_value_mode")
          .fieldsOf(
              ObjectRule.of("decay").with(DATA, "origin").with(SCALAR, "scale", "offset", "decay"));

  private static final ObjectRule KEYS =
      functions(Rules.query("function_score"))
          .with(
              Rules.list(functions(ObjectRule.of("functions")).with(QUERY, "filter")), "functions")
          .with(SCALAR, "score_mode", "boost_mode", "max_boost")
          .with(MIN_SCORE, "min_score");

  static final Rule RULE = FunctionScore::walk;

  private static final String QUERY_KEY = "query";

  private FunctionScore() {}

  /// At a shared index the filter goes into the query for whose documents the functions are
  /// computed ([Queries#filteredInside]).
  private static void walk(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object for [function_score]");
    walk.to().writeStartObject();
    boolean queried = false;
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      if (name.equals(QUERY_KEY)) {
        queried = true;
        walk.to().writeName(name);
        Queries.filteredInside(walk);
      } else {
        KEYS.member(walk, name);
      }
    }
    if (!queried && walk.shared()) {
      Queries.checkNotNested(walk);
      walk.to().writeName(QUERY_KEY);
      Queries.writeAll(walk);
    }
    walk.to().writeEndObject();
  }

  private static ObjectRule functions(ObjectRule of) {
    return of.with(SCALAR, "weight", "_name")
        .with(ObjectRule.of("script_score").with(SCRIPT, "script"), "script_score")
        .with(
            ObjectRule.of("random_score").with(SCALAR, "seed").with(FIELD, "field"), "random_score")
        .with(
            ObjectRule.of("field_value_factor")
                .with(FIELD, "field")
                .with(SCALAR, "factor", "modifier", "missing"),
            "field_value_factor")
        .with(DECAY, "gauss", "linear", "exp");
  }
}
