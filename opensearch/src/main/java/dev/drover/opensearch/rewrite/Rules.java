package dev.drover.opensearch.rewrite;

import tools.jackson.core.JsonToken;

/// Rules that many objects need.
final class Rules {
  /// Data, not a part of the language: it may be anything.
  static final Rule DATA = Walk::copy;

  static final Rule SCALAR = Rules::scalar;
  static final Rule SCALARS = list(Rules::scalar);
  static final Rule QUERY = Queries::walk;
  static final Rule NESTED_QUERY = walk -> walk.nested(Queries::walk);
  static final Rule QUERIES = list(Queries::walk);
  static final Rule FIELD = Rules::field;
  static final Rule FIELDS = list(Rules::field);

  /// Names of fields, each of which may end with `^` and a number.
  static final Rule BOOSTED_FIELDS = list(Rules::boostedField);

  static final Rule SCRIPT = Rules::script;

  /// A script that says which documents are found. A cluster may run it on documents of other
  /// tenants, and it can show what it sees there by an error.
  static final Rule MATCHING_SCRIPT =
      sharedRefused(
          "a script that chooses documents is run on those of all tenants. Write it with other queries",
          Rules::script);

  /// A script that only ever sees the documents that it is called for.
  static final Rule OWN_SCRIPT = either(Rules::scalar, Rules::scriptObject);

  /// How a query with many terms is done. The other ways fail, or leave terms out, depending on the
  /// terms of all tenants.
  static final Rule REWRITE =
      sharedOnly(
          "constant_score",
          "the other ways of rewriting depend on the terms of all tenants' documents. Leave it out");

  static final Rule NO_EXPLAIN =
      sharedOnly("false", "it shows statistics of all tenants' documents. Leave it out");

  private static final ObjectRule SCRIPT_OBJECT =
      ObjectRule.of("script")
          .with(SCALAR, "source", "inline", "lang")
          .with(DATA, "params", "options")
          .with(
              refused("a stored script belongs to the whole cluster. Send its [source]"),
              "id",
              "stored");

  private Rules() {}

  private static void scalar(Walk walk) throws Refused {
    if (!walk.scalar()) {
      throw walk.wrong("expected a value that is neither an object nor an array");
    }
    walk.copy();
  }

  private static void field(Walk walk) throws Refused {
    walk.require(JsonToken.VALUE_STRING, "a field's name");
    walk.checkField(walk.text());
    walk.copy();
  }

  private static void boostedField(Walk walk) throws Refused {
    walk.require(JsonToken.VALUE_STRING, "a field's name");
    String text = walk.text();
    int caret = text.indexOf('^');
    walk.checkField(caret < 0 ? text : text.substring(0, caret));
    walk.copy();
  }

  private static void script(Walk walk) throws Refused {
    if (walk.shared() && !walk.view().switches().scripts()) {
      throw Refused.isolation(
          "a script in a search is refused at an index that several tenants share, at %s. Ask the operator to allow scripts, or for an index of your own"
              .formatted(walk.where()));
    }
    OWN_SCRIPT.walk(walk);
  }

  private static void scriptObject(Walk walk) throws Refused {
    SCRIPT_OBJECT.walk(walk);
  }

  /// What every query may hold.
  static ObjectRule query(String type) {
    return ObjectRule.of(type).with(SCALAR, "boost", "_name");
  }

  /// A query that asks all fields if it names none. Where a field keeps tenants apart, it would
  /// find that one too.
  static Rule ofNamedFields(ObjectRule keys) {
    return walk -> {
      if (walk.ownField().isEmpty()) {
        keys.walk(walk);
        return;
      }
      walk.require(JsonToken.START_OBJECT, "an object");
      walk.to().writeStartObject();
      boolean named = false;
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        named |= name.equals("fields") || name.equals("default_field");
        keys.member(walk, name);
      }
      walk.to().writeEndObject();
      if (!named) {
        throw Refused.isolation(
            "a query that names no fields asks all of them, also the one by which the index keeps tenants apart, at %s. Name [fields]"
                .formatted(walk.where()));
      }
    };
  }

  /// One value, or an array of them.
  static Rule list(Rule rule) {
    return walk -> {
      if (walk.token() != JsonToken.START_ARRAY) {
        rule.walk(walk);
        return;
      }
      walk.to().writeStartArray();
      while (walk.next() != JsonToken.END_ARRAY) {
        rule.walk(walk);
      }
      walk.to().writeEndArray();
    };
  }

  /// An object whose keys are names that the client has chosen.
  static Rule named(Rule rule) {
    return walk -> {
      walk.require(JsonToken.START_OBJECT, "an object");
      walk.to().writeStartObject();
      while (walk.next() != JsonToken.END_OBJECT) {
        walk.to().writeName(walk.name());
        walk.next();
        rule.walk(walk);
      }
      walk.to().writeEndObject();
    };
  }

  static Rule either(Rule scalar, Rule object) {
    return walk -> {
      if (walk.scalar()) {
        scalar.walk(walk);
      } else {
        object.walk(walk);
      }
    };
  }

  /// Everywhere but at a cluster of the tenant's own, which is not walked over.
  static Rule refused(String why) {
    return walk -> {
      throw Refused.isolation(
          "[%s] is refused, at %s: %s".formatted(walk.name(), walk.where(), why));
    };
  }

  /// At a shared index. At an index of the tenant's own the other rule holds.
  static Rule sharedRefused(String why, Rule elsewhere) {
    return walk -> {
      if (walk.shared()) {
        throw Refused.isolation(
            "[%s] is refused at an index that several tenants share, at %s: %s"
                .formatted(walk.name(), walk.where(), why));
      }
      elsewhere.walk(walk);
    };
  }

  /// A scalar that can only have this value at a shared index.
  static Rule sharedOnly(String value, String why) {
    return walk -> {
      scalar(walk);
      if (walk.shared() && !walk.text().equals(value)) {
        throw Refused.isolation(
            "[%s] can only be [%s] at an index that several tenants share, at %s: %s"
                .formatted(walk.name(), value, walk.where(), why));
      }
    };
  }
}
