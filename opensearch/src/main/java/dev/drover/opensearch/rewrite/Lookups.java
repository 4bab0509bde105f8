package dev.drover.opensearch.rewrite;

import static dev.drover.opensearch.rewrite.Rules.BOOSTED_FIELDS;
import static dev.drover.opensearch.rewrite.Rules.DATA;
import static dev.drover.opensearch.rewrite.Rules.FIELDS;
import static dev.drover.opensearch.rewrite.Rules.SCALAR;
import static dev.drover.opensearch.rewrite.Rules.SCALARS;

import tools.jackson.core.JsonToken;

/// Queries that read another document first. It has to be one of the tenant's.
final class Lookups {
  /// `terms` with values from a document, or from the documents that a query finds.
  static final Rule TERMS =
      new OfDocument(
          "index",
          ObjectRule.of("terms lookup")
              .with(Walk::writeIndex, "index")
              .with(Walk::writeId, "id")
              .with(SCALAR, "path", "store")
              .with(Queries::filtered, "query"),
          false);

  /// A shape that stands in a document.
  static final Rule INDEXED_SHAPE =
      new OfDocument(
          "index",
          ObjectRule.of("indexed_shape")
              .with(Walk::writeIndex, "index")
              .with(Walk::writeId, "id")
              .with(SCALAR, "path"),
          false);

  private static final Rule ITEM =
      new OfDocument(
          "_index",
          ObjectRule.of("like")
              .with(Walk::writeIndex, "_index")
              .with(Walk::writeId, "_id")
              .with(DATA, "doc", "per_field_analyzer")
              .with(FIELDS, "fields")
              .with(SCALAR, "version", "version_type"),
          true);

  private static final Rule LIKE = Rules.list(Rules.either(SCALAR, ITEM));

  static final Rule MORE_LIKE_THIS =
      Rules.ofNamedFields(
          Rules.query("more_like_this")
              .with(BOOSTED_FIELDS, "fields")
              .with(LIKE, "like", "unlike")
              .with(SCALAR, "max_query_terms", "min_term_freq", "min_doc_freq", "max_doc_freq")
              .with(SCALAR, "min_word_length", "max_word_length", "boost_terms", "analyzer")
              .with(SCALAR, "minimum_should_match", "include", "fail_on_unsupported_field")
              .with(SCALARS, "stop_words"));

  private Lookups() {}

  /// An object that names a document. Its index is always written, and at a shared index its
  /// routing is the tenant's.
  ///
  /// @param index the key of the index
  /// @param target whether the index that the request is for stands in if none is named
  private record OfDocument(String index, ObjectRule keys, boolean target) implements Rule {
    private static final String ROUTING = "routing";

    @Override
    public void walk(Walk walk) throws Refused {
      walk.require(JsonToken.START_OBJECT, "an object that names a document");
      walk.to().writeStartObject();
      boolean named = false;
      while (walk.next() != JsonToken.END_OBJECT) {
        String name = walk.name();
        walk.next();
        if (name.equals(ROUTING) || name.equals(Metadata.ROUTING)) {
          routing(walk, name);
        } else {
          named |= name.equals(index);
          keys.member(walk, name);
        }
      }
      if (!named && target) {
        walk.to().writeStringProperty(index, walk.view().physical());
      } else if (!named) {
        throw walk.wrong("name the document's [" + index + "]");
      }
      walk.writeRouting();
      walk.to().writeEndObject();
    }

    private static void routing(Walk walk, String name) throws Refused {
      if (walk.shared()) {
        throw Refused.isolation(
            "[%s] is refused at an index that several tenants share, at %s. Leave it out"
                .formatted(name, walk.where()));
      }
      walk.to().writeName(name);
      SCALAR.walk(walk);
    }
  }
}
