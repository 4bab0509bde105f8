package dev.drover.sim;

import org.jspecify.annotations.Nullable;

/// The content of one key: the writes that it holds, in their order. Each write has a number of its
/// own, so a lost one, a doubled one and one out of order all show.
final class Cell {
  final long write;
  final @Nullable Cell before;
  final int length;

  private Cell(long write, @Nullable Cell before) {
    this.write = write;
    this.before = before;
    this.length = before == null ? 1 : before.length + 1;
  }

  static Cell append(@Nullable Cell cell, long write) {
    return new Cell(write, cell);
  }

  /// How often a write is in it.
  static int count(@Nullable Cell cell, long write) {
    int found = 0;
    for (Cell at = cell; at != null; at = at.before) {
      found += at.write == write ? 1 : 0;
    }
    return found;
  }

  @SuppressWarnings("ReferenceEquality")
  static boolean same(@Nullable Cell a, @Nullable Cell b) {
    Cell x = a;
    Cell y = b;
    while (x != y) {
      if (x == null || y == null || x.length != y.length || x.write != y.write) {
        return false;
      }
      x = x.before;
      y = y.before;
    }
    return true;
  }

  static String words(@Nullable Cell cell) {
    StringBuilder words = new StringBuilder();
    for (Cell at = cell; at != null; at = at.before) {
      words.insert(0, at.write + (words.isEmpty() ? "" : " "));
    }
    return "[" + words + "]";
  }
}
