package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.QUERY;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCRIPT;

/// The query that changes scores by functions.
final class FunctionScore {
  /// With a least score the cluster has to compute scores to find documents. It may do that for
  /// documents of other tenants, and an error would tell of them.
  private static final Rule MIN_SCORE =
      Rules.sharedRefused("use the [min_score] of the search", SCALAR);

  private static final Rule DECAY =
      ObjectRule.of("decay")
          .with(SCALAR, "multi_value_mode")
          .fieldsOf(
              ObjectRule.of("decay").with(DATA, "origin").with(SCALAR, "scale", "offset", "decay"));

  static final Rule RULE =
      functions(Rules.query("function_score"))
          .with(QUERY, "query")
          .with(
              Rules.list(functions(ObjectRule.of("functions")).with(QUERY, "filter")), "functions")
          .with(SCALAR, "score_mode", "boost_mode", "max_boost")
          .with(MIN_SCORE, "min_score");

  private FunctionScore() {}

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
