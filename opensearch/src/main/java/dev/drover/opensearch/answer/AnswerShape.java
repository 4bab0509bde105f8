package dev.drover.opensearch.answer;

/// Whose members' keys are what, in an answer.
public enum AnswerShape {
  /// Of documents, of hits, of what was done.
  DOCUMENTS,
  /// The keys of the root are indices, and below them stands what is the tenant's own.
  BY_INDEX,
  /// Of fields: what they can do, and where.
  FIELDS,
  /// Nothing but a document.
  SOURCE;

  /// What the root is.
  Member root() {
    return this == SOURCE ? Member.DOCUMENT : Member.WALKED;
  }

  /// What becomes of a member of an answer that is no error.
  Member member(String key) {
    return switch (this) {
      case DOCUMENTS, SOURCE -> Member.of(key);
      case FIELDS -> key.equals("indices") ? Member.INDICES : Member.WALKED;
      // A mapping's properties have names of the client's.
      case BY_INDEX ->
          switch (key) {
            case "mappings", "aliases" -> Member.PASSED;
            case "provided_name", "index.provided_name" -> Member.INDEX;
            default -> Member.WALKED;
          };
    };
  }
}
