package dev.drover.opensearch.rewrite;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/// An object with known keys. A key that is not known is refused by its name.
final class ObjectRule implements Rule {
  private final String what;
  private final Map<String, Rule> keys;
  private final Rule.@Nullable OfField fields;

  private ObjectRule(String what, Map<String, Rule> keys, Rule.@Nullable OfField fields) {
    this.what = what;
    this.keys = Collections.unmodifiableMap(keys);
    this.fields = fields;
  }

  /// @param what it is called in messages
  static ObjectRule of(String what) {
    return new ObjectRule(what, Map.of(), null);
  }

  /// It may have these keys too, with values of this rule.
  ObjectRule with(Rule rule, String... names) {
    Map<String, Rule> all = new LinkedHashMap<>(keys);
    for (String name : names) {
      all.put(name, rule);
    }
    return new ObjectRule(what, all, fields);
  }

  /// Its other keys are names of fields.
  ObjectRule fields(Rule.OfField rule) {
    return new ObjectRule(what, keys, rule);
  }

  /// Its other keys are names of fields that this tenant's placement does not hide.
  ObjectRule fieldsOf(Rule rule) {
    return fields(
        (walk, field) -> {
          walk.checkField(field);
          walk.to().writeName(field);
          rule.walk(walk);
        });
  }

  @Override
  public void walk(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object for [" + what + "]");
    walk.to().writeStartObject();
    members(walk);
    walk.to().writeEndObject();
  }

  /// The object's keys and values, without its braces.
  void members(Walk walk) throws Refused {
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      member(walk, name);
    }
  }

  /// One key, at whose value the walk stands.
  void member(Walk walk, String name) throws Refused {
    Rule rule = keys.get(name);
    if (rule != null) {
      walk.to().writeName(name);
      rule.walk(walk);
    } else if (fields != null) {
      fields.walk(walk, name);
    } else {
      throw unknown(walk, name);
    }
  }

  private Refused unknown(Walk walk, String name) {
    return Refused.argument(
        "[%s] has no key [%s] that Drover knows, at %s. Its keys are %s"
            .formatted(what, name, walk.where(), keys.keySet()));
  }
}
