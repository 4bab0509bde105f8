package dev.drover.engine.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// How alike two words are, for "did you mean".
public final class Likeness {
  private Likeness() {}

  /// The word that is nearest, if it is near enough to be meant.
  public static Optional<String> nearest(String word, Collection<String> words) {
    String best = "";
    int least = Math.max(2, word.length() / 3) + 1;
    for (String each : words) {
      int edits = edits(word.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
      if (edits < least) {
        least = edits;
        best = each;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  /// Levenshtein's distance.
  private static int edits(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int swap = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
