package dev.drover.opensearch.answer;

import dev.drover.opensearch.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the values of one answer are for the tenant's clients.
final class Wording {
  private final AnswerWords words;
  private final byte[] idPrefix;
  private String index = "";
  private String shownIndex = "";
  private byte[] indexBytes = {};
  private byte[] shownIndexBytes = {};

  Wording(AnswerWords words) {
    this.words = words;
    this.idPrefix = words.idPrefix().getBytes(StandardCharsets.UTF_8);
  }

  /// Writes what most texts are for the client: the index that was named last, and ids.
  ///
  /// @param from where the text begins in `in`. It has no escapes
  /// @return false, and nothing is written, if it is another one
  boolean write(Member member, byte[] in, int from, int to, Output out) {
    if (member == Member.OWN_INDEX) {
      boolean same = Arrays.equals(in, from, to, indexBytes, 0, indexBytes.length);
      if (same) {
        out.add(shownIndexBytes, 0, shownIndexBytes.length);
      }
      return same;
    }
    boolean mine =
        member == Member.ID
            && to - from > idPrefix.length
            && Arrays.equals(in, from, from + idPrefix.length, idPrefix, 0, idPrefix.length);
    if (mine) {
      out.add(in, from + idPrefix.length, to);
    }
    return mine;
  }

  /// @param text as the home has written it between its quotes
  /// @return what stands between them for the client
  String json(Member member, String text) throws BadAnswer {
    try {
      return JsonText.escaped(shown(member, JsonText.unescaped(text)));
    } catch (IllegalArgumentException e) {
      throw new BadAnswer("a home's answer has an escape that is none");
    }
  }

  /// @param value as the home has it, without quotes and escapes
  String shown(Member member, String value) throws BadAnswer {
    return switch (member) {
      case OWN_INDEX -> ownIndex(value);
      case INDEX -> words.index(value);
      case ID -> words.id(value);
      case REASON -> words.reason(value);
      case CURSOR -> words.cursor().apply(value);
      case TERM -> term(value);
      case WALKED, PASSED, DOCUMENT, NESTED, NAMES, LISTED, BUCKETS, META -> value;
      case INDICES, ROUTING -> value;
    };
  }

  /// Most documents of an answer are of one index.
  private String ownIndex(String atHome) throws BadAnswer {
    if (!atHome.equals(index)) {
      shownIndex = words.ownIndex(atHome);
      index = atHome;
      indexBytes = atHome.getBytes(StandardCharsets.UTF_8);
      shownIndexBytes = JsonText.escaped(shownIndex).getBytes(StandardCharsets.UTF_8);
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
