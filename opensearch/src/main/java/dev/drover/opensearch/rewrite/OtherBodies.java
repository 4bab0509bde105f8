package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELD;
import static dev.drover.opensearch.rewrite.Rules.FIELDS;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCALARS;

import dev.drover.opensearch.tenant.Locator;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonToken;

/// Bodies of rarer requests.
public final class OtherBodies {
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private static final Rule ONLY_FALSE =
      Rules.sharedOnly("false", "it counts all tenants' documents");

  private static final ObjectRule TERM_VECTORS =
      ObjectRule.of("termvectors")
          .with(FIELDS, "fields")
          .with(SCALAR, "offsets", "positions", "payloads", "realtime", "version", "version_type")
          .with(DATA, "doc", "per_field_analyzer", "perFieldAnalyzer")
          .with(ONLY_FALSE, "term_statistics", "termStatistics")
          .with(Rules.sharedRefused("the path names the document", Walk::writeId), "_id")
          .with(Rules.sharedRefused("the routing keeps tenants apart", SCALAR), "routing")
          .with(Rules.sharedRefused("it counts all tenants' documents", DATA), "filter");

  private static final Rule COMPONENT = Rules.list(Rules.either(SCALAR, OtherBodies::component));

  private static final ObjectRule ANALYZE =
      ObjectRule.of("analyze")
          .with(SCALARS, "text", "attributes")
          .with(SCALAR, "analyzer", "normalizer", "explain")
          .with(FIELD, "field")
          .with(COMPONENT, "tokenizer", "filter", "char_filter");

  private static final ObjectRule FIELD_CAPS =
      ObjectRule.of("field_caps").with(SCALARS, "fields").with(Queries::filtered, "index_filter");

  private OtherBodies() {}

  /// The body of `_termvectors`. At a shared index the cluster is told to count nothing: what it
  /// counts are all tenants' documents.
  public static byte[] termVectors(byte[] body, RequestView view) throws Refused {
    return over(
        body,
        view,
        walk -> {
          walk.require(JsonToken.START_OBJECT, "an object");
          walk.to().writeStartObject();
          while (walk.next() != JsonToken.END_OBJECT) {
            String name = walk.name();
            walk.next();
            if (name.equals("field_statistics") || name.equals("fieldStatistics")) {
              statistics(walk);
            } else {
              TERM_VECTORS.member(walk, name);
            }
          }
          if (walk.shared()) {
            walk.to().writeBooleanProperty("field_statistics", false);
          }
          walk.to().writeEndObject();
        });
  }

  private static void statistics(Walk walk) throws Refused {
    if (!walk.shared()) {
      walk.to().writeName("field_statistics");
      SCALAR.walk(walk);
    } else if (!walk.string().equals("false")) {
      throw Refused.isolation(
          "[field_statistics] can only be [false] at an index that several tenants share: it counts all tenants' documents");
    }
  }

  /// The body of `_analyze`.
  public static byte[] analyze(byte[] body, RequestView view) throws Refused {
    return over(body, view, ANALYZE);
  }

  /// A tokenizer or a filter that the request defines itself.
  private static void component(Walk walk) throws Refused {
    walk.require(JsonToken.START_OBJECT, "a name, or an object");
    walk.to().writeStartObject();
    while (walk.next() != JsonToken.END_OBJECT) {
      String name = walk.name();
      walk.next();
      if (name.endsWith("_path") || name.equals("user_dictionary") || name.equals("script")) {
        throw Refused.isolation(
            "[%s] is refused, at %s: it reads or runs what belongs to the whole cluster"
                .formatted(name, walk.where()));
      }
      walk.to().writeName(name);
      walk.copy();
    }
    walk.to().writeEndObject();
  }

  /// The body of `_field_caps`.
  public static byte[] fieldCaps(byte[] body, RequestView view) throws Refused {
    return over(body, view, FIELD_CAPS);
  }

  /// A document, as it came. It has to be one JSON object.
  public static byte[] document(byte[] body, RequestView view) throws Refused {
    byte[] _ =
        Walk.over(
            body,
            view,
            walk -> {
              walk.require(JsonToken.START_OBJECT, "a document, which is one JSON object");
              walk.skip();
            });
    return body;
  }

  private static byte[] over(byte[] body, RequestView view, Rule rule) throws Refused {
    byte[] given = body.length == 0 ? EMPTY : body;
    if (view.kind() == Locator.Kind.CLUSTER) {
      byte[] _ = Walk.over(given, view, Walk::skip);
      return given;
    }
    return Walk.over(given, view, rule);
  }
}
