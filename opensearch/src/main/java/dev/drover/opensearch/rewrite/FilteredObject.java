package dev.drover.opensearch.rewrite;

import tools.jackson.core.JsonToken;

/// An object with a key for a query that chooses documents. At a shared index the tenant's filter
/// is put into it, and stands there too if the client has not written the key.
///
/// @param filter the key
/// @param keys the other ones
record FilteredObject(String filter, ObjectRule keys) implements Rule {
  @Override
  public void walk(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object");
    walk.to().writeStartObject();
    boolean filtered = false;
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      if (name.equals(filter)) {
        walk.to().writeName(filter);
        Queries.filtered(walk);
        filtered = true;
      } else {
        keys.member(walk, name);
      }
    }
    if (!filtered && walk.shared()) {
      walk.to().writeName(filter);
      walk.writeFilter();
    }
    walk.to().writeEndObject();
  }
}
