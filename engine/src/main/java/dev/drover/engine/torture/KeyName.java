package dev.drover.engine.torture;

/// A key that clients use: of a partition, for a while.
///
/// @param partition the number of its partition
/// @param index tells keys of one family apart
/// @param generation keys are used for one span of time and then left alone, so that none of them
///   grows without bound, and old ones are there to be moved too
public record KeyName(int partition, Family family, int index, int generation) {
  private static final int GENERATION_BITS = 24;
  private static final int INDEX_BITS = 8;
  private static final int FAMILY_BITS = 4;

  /// All of it in one number.
  public long packed() {
    return (((long) partition << FAMILY_BITS | family.code()) << INDEX_BITS | index)
            << GENERATION_BITS
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

  /// What a partition is called: it ends in a colon.
  public static String prefix(int partition) {
    return "t" + partition + ":";
  }

  @Override
  public String toString() {
    return prefix(partition) + family.letter() + ":" + index + ":" + generation;
  }
}
