package dev.drover.opensearch.rewrite;

import tools.jackson.core.JsonToken;

/// Aggregations: an object with a name for each, and under it its type and those inside it.
final class Aggregations {
  private Aggregations() {}

  static void walk(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with aggregations by name");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      walk.to().writeName(walk.name());
      walk.next();
      one(walk);
    }
    walk.to().writeEndObject();
  }

  private static void one(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with the aggregation's type");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      String key = walk.name();
      walk.next();
      walk.to().writeName(key);
      switch (key) {
        case "aggs", "aggregations" -> walk(walk);
        case "meta" -> walk.copy();
        default -> {
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
