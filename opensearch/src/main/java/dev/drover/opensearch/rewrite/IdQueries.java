package dev.drover.opensearch.rewrite;

import tools.jackson.core.JsonToken;

/// Queries for values of one field, where the field may be `_id` or `_index`: their values are
/// written as the home has them.
final class IdQueries {
  private IdQueries() {}

  /// `"FIELD": value`, or `"FIELD": {"KEY": value, …}`.
  ///
  /// @param key under which the value stands
  /// @param inner what else may stand there
  static Rule.OfField scalar(String key, ObjectRule inner) {
    Rule ids = Rules.either(Walk::writeId, inner.with(Walk::writeId, key));
    Rule indices = Rules.either(Walk::writeIndex, inner.with(Walk::writeIndex, key));
    Rule others = Rules.either(Rules.SCALAR, inner);
    return (walk, field) -> of(walk, field, ids, indices, others);
  }

  /// `"FIELD": [values]`, or `"FIELD": {a lookup}`.
  static void terms(Walk walk, String field) throws Refused {
    if (walk.token() == JsonToken.START_OBJECT && field.equals(Metadata.ID)) {
      throw Refused.isolation(
          "[terms] with a lookup for [_id] is refused, at %s: read the ids first, and send them"
              .formatted(walk.where()));
    }
    of(
        walk,
        field,
        Rules.list(Walk::writeId),
        Rules.list(Walk::writeIndex),
        walk.token() == JsonToken.START_OBJECT ? Lookups.TERMS : Rules.SCALARS);
  }

  private static void of(Walk walk, String field, Rule ids, Rule indices, Rule others)
      throws Refused {
    boolean id = field.equals(Metadata.ID);
    boolean index = field.equals(Metadata.INDEX);
    if (!id && !index) {
      walk.checkField(field);
    }
    walk.to().writeName(field);
    (id ? ids : index ? indices : others).walk(walk);
  }

  /// Each document has an id and an index.
  static void exists(Walk walk) throws Refused {
    walk.require(JsonToken.VALUE_STRING, "a field's name");
    String field = walk.text();
    if (!field.equals(Metadata.ID) && !field.equals(Metadata.INDEX)) {
      walk.checkField(field);
    }
    walk.copy();
  }
}
