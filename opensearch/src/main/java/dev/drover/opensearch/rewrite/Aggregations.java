package dev.drover.opensearch.rewrite;

import java.util.Set;
import tools.jackson.core.JsonToken;

/// Aggregations: an object with a name for each, and under it its type and those inside it.
final class Aggregations {
  private static final Set<String> SIGNIFICANT = Set.of("significant_terms", "significant_text");

  private static final String META = "meta";

  private Aggregations() {}

  static void walk(Walk walk) throws Refused {
    walk(walk, false);
  }

  private static void walk(Walk walk, boolean inside) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with aggregations by name");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      if (inside && walk.name().equals(META)) {
        throw Refused.argument(
            "an aggregation inside another one cannot be called [meta], at %s: the answer would have that key twice"
                .formatted(walk.where()));
      }
      walk.to().writeName(walk.name());
      walk.next();
      one(walk, inside);
    }
    walk.to().writeEndObject();
  }

  private static void one(Walk walk, boolean inside) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with the aggregation's type");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      String key = walk.name();
      walk.next();
      walk.to().writeName(key);
      switch (key) {
        case "aggs", "aggregations" -> walk(walk, true);
        case META -> walk.copy();
        default -> {
          if (inside && walk.shared() && SIGNIFICANT.contains(key)) {
            throw Refused.isolation(
                "[%s] is refused inside another aggregation at an index that several tenants share, at %s: in a bucket without documents it counts all tenants'. Put it beside the others"
                    .formatted(key, walk.where()));
          }
          Rule rule = AggregationTypes.ALL.get(key);
          if (rule == null) {
            throw Refused.argument(
                "unknown aggregation type [%s], at %s: Drover does not know whether it stays within one tenant's documents"
                    .formatted(key, walk.where()));
          }
          rule.walk(walk);
        }
      }
    }
    walk.to().writeEndObject();
  }
}
