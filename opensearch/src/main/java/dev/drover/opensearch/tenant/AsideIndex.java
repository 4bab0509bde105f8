package dev.drover.opensearch.tenant;

import dev.drover.core.MoveId;

/// The index of a home in which stands what a move has set aside there.
public final class AsideIndex {
  private AsideIndex() {}

  /// An index's name has no capitals: each is written as `+` and the small letter.
  public static String of(MoveId move) {
    StringBuilder name = new StringBuilder(Names.OWN + "aside-");
    for (char c : move.value().toCharArray()) {
      name.append(c >= 'A' && c <= 'Z' ? "+" + (char) (c - 'A' + 'a') : String.valueOf(c));
    }
    return name.toString();
  }
}
