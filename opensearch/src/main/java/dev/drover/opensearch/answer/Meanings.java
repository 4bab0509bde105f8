package dev.drover.opensearch.answer;

import dev.drover.opensearch.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What members mean in the answers for one tenant at one place, and which are left out.
final class Meanings {
  private final boolean shared;
  private final boolean keepsTerms;

  /// The field of documents that clients are not shown; empty if they are shown all.
  private final String ownField;

  private final byte[] ownBytes;

  Meanings(AnswerWords words) {
    this.shared = words.shared();
    this.keepsTerms = words.keepsTerms();
    this.ownField = words.ownField().orElse("");
    this.ownBytes = ownField.getBytes(StandardCharsets.US_ASCII);
  }

  /// A document is looked into if a field of it is left out. What is in a document, a nested one,
  /// has no such field.
  Member of(Member found, Nesting nesting) {
    if (found == Member.WALKED || found == Member.PASSED) {
      // Most are.
      return found;
    }
    return switch (found) {
      case DOCUMENT -> ownField.isEmpty() || nesting.isNested() ? Member.PASSED : found;
      case ID -> shared ? found : Member.WALKED;
      case TERM -> keepsTerms ? Member.WALKED : found;
      case NESTED -> {
        nesting.nested();
        yield Member.WALKED;
      }
      default -> found;
    };
  }

  /// Whether a member is left out.
  ///
  /// @param from where its key begins in `in`, which has no escapes
  boolean leavesOut(Member found, Nesting nesting, byte[] in, int from, int to) {
    return nesting.inDocument()
        ? Arrays.equals(in, from, to, ownBytes, 0, ownBytes.length)
        : routing(found);
  }

  /// @param key with its escapes
  boolean leavesOut(Member found, Nesting nesting, String key) {
    return nesting.inDocument() ? isOwn(key) : routing(found);
  }

  private boolean routing(Member found) {
    return found == Member.ROUTING && shared;
  }

  private boolean isOwn(String key) {
    try {
      return JsonText.unescaped(key).equals(ownField);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
