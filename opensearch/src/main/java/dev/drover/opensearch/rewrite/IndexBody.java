package dev.drover.opensearch.rewrite;

import dev.drover.opensearch.tenant.Locator;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonToken;

/// The bodies that make an index, or change its mapping: of a tenant that has indices of its own at
/// a cluster that it shares.
public final class IndexBody {
  /// What a tenant can set. Each is a setting, or the beginning of settings if it ends with `.`.
  private static final List<String> SETTINGS =
      List.of(
          "number_of_shards",
          "number_of_replicas",
          "number_of_routing_shards",
          "routing_partition_size",
          "auto_expand_replicas",
          "refresh_interval",
          "codec",
          "hidden",
          "knn",
          "max_",
          "analysis.",
          "analyze.",
          "highlight.",
          "knn.",
          "mapping.",
          "merge.",
          "query.",
          "similarity.",
          "sort.",
          "translog.",
          "write.wait_for_active_shards");

  /// Fields that hold queries, which would be run unchecked.
  private static final Set<String> TYPES_REFUSED = Set.of("percolator");

  private static final byte[] EMPTY = {'{', '}'};

  private IndexBody() {}

  /// The body of `PUT /{index}`.
  public static byte[] create(byte[] body, RequestView view) throws Refused {
    return over(body, view, IndexBody::index);
  }

  /// The body of `PUT /{index}/_mapping`.
  public static byte[] mapping(byte[] body, RequestView view) throws Refused {
    return over(body, view, IndexBody::fields);
  }

  private static byte[] over(byte[] body, RequestView view, Rule rule) throws Refused {
    byte[] given = body.length == 0 ? EMPTY : body;
    byte[] walked = Walk.over(given, view, view.kind() == Locator.Kind.CLUSTER ? Rules.DATA : rule);
    return view.kind() == Locator.Kind.CLUSTER ? given : walked;
  }

  private static void index(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      walk.to().writeName(name);
      switch (name) {
        case "settings" -> settings(walk, "");
        case "mappings" -> fields(walk);
        default ->
            throw Refused.isolation(
                "[%s] is refused when an index is made: it has [settings] and [mappings]. Aliases are names that the whole cluster would know"
                    .formatted(name));
      }
    }
    walk.to().writeEndObject();
  }

  /// @param path of the settings that stand here, without `index.`
  private static void settings(Walk walk, String path) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with settings");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      walk.to().writeName(name);
      String full = path.isEmpty() ? name : path + "." + name;
      String setting = full.startsWith("index.") ? full.substring("index.".length()) : full;
      if (walk.token() == JsonToken.START_OBJECT) {
        settings(walk, full.equals("index") ? "" : setting);
      } else {
        check(setting);
        walk.copy();
      }
    }
    walk.to().writeEndObject();
  }

  private static void check(String setting) throws Refused {
    boolean known =
        SETTINGS.stream()
            .anyMatch(
                each ->
                    (each.endsWith(".") || each.endsWith("_"))
                        ? setting.startsWith(each)
                        : setting.equals(each));
    if (!known || setting.endsWith("_path") || setting.endsWith("user_dictionary")) {
      throw Refused.isolation(
          "the setting [%s] is refused, because it could reach beyond the index. Ask the operator to set it"
              .formatted(setting));
    }
  }

  /// A mapping is copied. Only types of fields are looked at.
  private static void fields(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "an object with a mapping");
    int depth = 0;
    String name = "";
    while (true) {
      JsonToken token = walk.token();
      if (token == JsonToken.PROPERTY_NAME) {
        name = walk.name();
      } else if (token == JsonToken.VALUE_STRING
          && name.equals("type")
          && TYPES_REFUSED.contains(walk.text())) {
        throw Refused.isolation(
            "a field of the type [%s] is refused, at %s: it holds queries, which would be run unchecked"
                .formatted(walk.text(), walk.where()));
      } else if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      walk.copyToken();
      if (depth == 0) {
        return;
      }
      walk.next();
    }
  }
}
