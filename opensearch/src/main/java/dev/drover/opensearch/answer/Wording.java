package dev.drover.opensearch.answer;

/// What the values of one answer are for the tenant's clients.
final class Wording {
  private final AnswerWords words;
  private String index = "";
  private String shownIndex = "";

  Wording(AnswerWords words) {
    this.words = words;
  }

  /// @param value as the home has it, without quotes and escapes
  String shown(Member member, String value) throws BadAnswer {
    return switch (member) {
      case INDEX -> index(value);
      case ID -> words.id(value);
      case REASON -> words.reason(value);
      case CURSOR -> words.cursor().apply(value);
      case TERM -> term(value);
      case WALKED, PASSED, DOCUMENT, NESTED, NAMES, LISTED, BUCKETS, META -> value;
      case INDICES, ROUTING -> value;
    };
  }

  /// Most documents of an answer are of one index.
  private String index(String atHome) {
    if (!atHome.equals(index)) {
      index = atHome;
      shownIndex = words.index(atHome);
    }
    return shownIndex;
  }

  private String term(String number) throws BadAnswer {
    try {
      return Long.toString(words.term(Long.parseLong(number)));
    } catch (NumberFormatException e) {
      throw new BadAnswer("a home's answer has a primary term that is no number: " + number);
    }
  }
}
