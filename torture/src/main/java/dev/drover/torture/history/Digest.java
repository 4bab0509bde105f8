package dev.drover.torture.history;

/// The digest of a list, element by element: what a read writes down instead of all elements.
public final class Digest {
  /// Of the empty list.
  public static final long EMPTY = 0xcbf29ce484222325L;

  private Digest() {}

  /// Of the list that has one element more.
  public static long with(long digest, long element) {
    long mixed = (digest ^ element) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 29);
  }
}
