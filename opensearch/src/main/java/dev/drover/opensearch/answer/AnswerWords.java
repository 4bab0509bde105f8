package dev.drover.opensearch.answer;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the words of an answer are for a tenant's clients.
///
/// @param cursor seals the id of a scroll or of a point in time for the client
public record AnswerWords(Documents documents, UnaryOperator<String> cursor) {
  /// A name as texts for people have it: `[x]`, `[x/UUID]`, `[x, y]`, `'x'`.
  private static final Pattern QUOTED =
      Pattern.compile("(?<=[\\['\"(]|, )[^\\s\\[\\]'\"(),/:]+(?=[\\]'\"),/])");

  /// What a home calls an index or a document is what clients call it, and no state of a document
  /// is of an earlier stay.
  public boolean plain() {
    return documents.locator().kind() == Locator.Kind.CLUSTER && documents.locator().stay() == 0;
  }

  /// The index of a document.
  ///
  /// @throws BadAnswer if it is not the tenant's
  String ownIndex(String atHome) throws BadAnswer {
    return documents
        .locator()
        .shown(atHome)
        .orElseThrow(
            () ->
                new BadAnswer(
                    "a home answered with a document of an index that is not tenant '%s's: an alias there leads out of the tenant's place"
                        .formatted(documents.tenant())));
  }

  /// An index's name in an error; what is not the tenant's stays as it is.
  String index(String atHome) {
    return documents.locator().called(atHome).orElse(atHome);
  }

  /// @throws BadAnswer if the document is another tenant's
  String id(String atHome) throws BadAnswer {
    return documents
        .called(atHome)
        .orElseThrow(
            () ->
                new BadAnswer(
                    "a home answered with a document that is not of tenant '%s'"
                        .formatted(documents.tenant())));
  }

  long term(long primaryTerm) {
    return documents.shownTerm(primaryTerm);
  }

  /// A text for people, in which names stand in brackets or quotes.
  String reason(String text) {
    String clean = text;
    if (shared()) {
      String prefix = idPrefix();
      clean = text.replace("[" + prefix, "[").replace(" id '" + prefix, " id '");
    }
    return QUOTED.matcher(clean).replaceAll(name -> Matcher.quoteReplacement(index(name.group())));
  }

  /// What each id begins with at the home, and is not shown; empty for nothing.
  String idPrefix() {
    return documents.atHome("");
  }

  /// Whether primary terms are.
  boolean keepsTerms() {
    return documents.locator().stay() == 0;
  }

  /// The field by which a shared index keeps tenants apart, and which is not what clients have
  /// written.
  Optional<String> ownField() {
    return documents.locator().field();
  }

  /// Whether ids and routings at the home are not the clients'.
  boolean shared() {
    return documents.locator().shared();
  }
}
