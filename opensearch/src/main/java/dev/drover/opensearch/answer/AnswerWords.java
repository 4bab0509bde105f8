package dev.drover.opensearch.answer;

import dev.drover.opensearch.tenant.Documents;
import dev.drover.opensearch.tenant.Locator;
import java.util.function.UnaryOperator;

/// What the words of an answer are for a tenant's clients.
///
/// @param cursor seals the id of a scroll or of a point in time for the client
public record AnswerWords(Documents documents, UnaryOperator<String> cursor) {
  /// What a home calls an index or a document is what clients call it, and no state of a document
  /// is of an earlier stay.
  public boolean plain() {
    return documents.locator().kind() == Locator.Kind.CLUSTER && documents.locator().stay() == 0;
  }

  /// An index's name; what is not the tenant's stays as it is.
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

  /// A text for people, in which names stand in brackets.
  String reason(String text) {
    String clean =
        documents.locator().shared() ? text.replace("[" + documents.tenant() + ":", "[") : text;
    return documents
        .locator()
        .logical()
        .map(name -> clean.replace("[" + documents.locator().physical() + "]", "[" + name + "]"))
        .orElseGet(() -> patterned(clean));
  }

  private String patterned(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int from = 0;
    for (int open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
      int close = text.indexOf(']', open);
      if (close < 0) {
        break;
      }
      out.append(text, from, open + 1).append(index(text.substring(open + 1, close)));
      from = close;
      open = close;
    }
    return out.append(text, from, text.length()).toString();
  }

  boolean dropsRouting() {
    return documents.locator().shared();
  }
}
