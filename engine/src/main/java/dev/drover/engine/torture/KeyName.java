package dev.drover.engine.torture;

/// A key that clients use: of a scope (a partition under torture), for a while.
///
/// @param scope the number of its scope
/// @param index tells keys of one family apart
/// @param generation keys are used for one span of time and then left alone, so that none of them
///   grows without bound, and old ones are there to be moved too
public record KeyName(int scope, Family family, int index, int generation) {
  private static final int GENERATION_BITS = 24;
  private static final int INDEX_BITS = 8;
  private static final int FAMILY_BITS = 4;

  /// All of it in one number.
  public long packed() {
    return (((long) scope << FAMILY_BITS | family.code()) << INDEX_BITS | index) << GENERATION_BITS
        | generation;
  }

  public static KeyName unpacked(long packed) {
    int generation = (int) (packed & ((1L << GENERATION_BITS) - 1));
    long rest = packed >>> GENERATION_BITS;
    int index = (int) (rest & ((1L << INDEX_BITS) - 1));
    rest >>>= INDEX_BITS;
    Family family = Family.of((int) (rest & ((1L << FAMILY_BITS) - 1)));
    return new KeyName((int) (rest >>> FAMILY_BITS), family, index, generation);
  }

  /// What a scope is called: it ends in a colon.
  public static String prefix(int scope) {
    return "t" + scope + ":";
  }

  @Override
  public String toString() {
    return prefix(scope) + family.letter() + ":" + index + ":" + generation;
  }
}
