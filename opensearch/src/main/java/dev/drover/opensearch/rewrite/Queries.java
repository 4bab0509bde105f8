package dev.drover.opensearch.rewrite;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;

/// Queries: an object with one key, which is the query's type.
final class Queries {
  private static final String HYBRID = "hybrid";

  private Queries() {}

  /// A query somewhere inside a body.
  static void walk(Walk walk) throws Refused {
    String type = type(walk);
    walk.to().writeStartObject();
    body(walk, type);
    walk.to().writeEndObject();
  }

  /// The query that says which documents a request is about. At a shared index only the tenant's
  /// documents pass, and scores are what they were.
  static void filtered(Walk walk) throws Refused {
    if (!walk.shared()) {
      walk(walk);
      return;
    }
    String type = type(walk);
    if (type.equals(HYBRID)) {
      walk.to().writeStartObject();
      walk.to().writeName(HYBRID);
      walk.next();
      QueryTypes.HYBRID_FILTERED.walk(walk);
      end(walk, type);
      walk.to().writeEndObject();
      return;
    }
    filtered(walk, type);
  }

  /// A query inside another one, into which the filter has to go too. So are those of `hybrid`, and
  /// those for whose documents scores are computed: a cluster computes scores before it asks the
  /// filters that stand beside, and an error tells of a document that the filter would not pass.
  static void filteredInside(Walk walk) throws Refused {
    checkNotNested(walk);
    if (walk.shared()) {
      filtered(walk, type(walk));
    } else {
      walk(walk);
    }
  }

  private static void filtered(Walk walk, String type) throws Refused {
    beginFiltered(walk);
    walk.to().writeStartObject();
    body(walk, type);
    walk.to().writeEndObject();
    endFiltered(walk);
  }

  /// Nested documents have no routing, so the filter cannot go into what is asked of them.
  static void checkNotNested(Walk walk) throws Refused {
    if (walk.shared() && walk.nested()) {
      throw Refused.isolation(
          "scores of nested documents cannot be changed at an index that several tenants share, at %s. Put [function_score] around the [nested] query"
              .formatted(walk.where()));
    }
  }

  /// The query of a body that has none.
  static void writeAll(Walk walk) {
    beginFiltered(walk);
    walk.to().writeStartObject();
    walk.to().writeObjectPropertyStart("match_all");
    walk.to().writeEndObject();
    walk.to().writeEndObject();
    endFiltered(walk);
  }

  private static void beginFiltered(Walk walk) {
    JsonGenerator to = walk.to();
    to.writeStartObject();
    to.writeObjectPropertyStart("bool");
    to.writeArrayPropertyStart("must");
  }

  private static void endFiltered(Walk walk) {
    JsonGenerator to = walk.to();
    to.writeEndArray();
    to.writeArrayPropertyStart("filter");
    walk.writeFilter();
    to.writeEndArray();
    to.writeEndObject();
    to.writeEndObject();
  }

  /// Steps to the key.
  private static String type(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "a query, which is an object with the query's type");
    if (walk.next() == JsonToken.END_OBJECT) {
      throw walk.wrong("the query is empty: it has to be an object with the query's type");
    }
    return walk.name();
  }

  private static void body(Walk walk, String type) throws Refused {
    walk.next();
    if (type.equals(HYBRID) && walk.shared()) {
      throw Refused.isolation(
          "[hybrid] can only be the whole query of a search, at " + walk.where());
    }
    if (type.equals("wrapper")) {
      wrapper(walk);
    } else {
      Rule rule = QueryTypes.ALL.get(type);
      if (rule == null) {
        throw Refused.argument(
            "unknown query [%s], at %s: Drover does not know whether it stays within one tenant's documents. Write it with other queries"
                .formatted(type, walk.where()));
      }
      walk.to().writeName(type);
      rule.walk(walk);
    }
    end(walk, type);
  }

  private static void end(Walk walk, String type) throws Refused {
    if (walk.next() != JsonToken.END_OBJECT) {
      throw walk.wrong("a query has one type, but behind [" + type + "] stands another key");
    }
  }

  /// What is wrapped takes the wrapper's place.
  private static void wrapper(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object for [wrapper]");
    if (walk.next() == JsonToken.END_OBJECT || !walk.name().equals("query")) {
      throw walk.wrong("a [wrapper] query has the key [query] and no other");
    }
    walk.next();
    walk.unwrap(inner -> body(inner, type(inner)));
    if (walk.next() != JsonToken.END_OBJECT) {
      throw walk.wrong("a [wrapper] query has the key [query] and no other");
    }
  }
}
