package dev.drover.core.mover;

import java.util.List;

/// How a copy may behave.
///
/// @param itemsPerSecondMax at most so many keys or documents a second while copying; 0 for no
///   limit
/// @param bytesPerSecondMax at most so many payload bytes a second while copying; 0 for no limit
/// @param overwrite whether what stands at the target already may be replaced
/// @param keepSource whether the old home keeps its copy after the move
/// @param takeover whether the old home is lost: nothing can be copied from it, and what it turns
///   out to hold once it is there again is brought over then
/// @param excluded locators nested inside the one that moves, which are partitions of their own and
///   stay where they are (for `redis`: longer prefixes)
public record MoverOptions(
    long itemsPerSecondMax,
    long bytesPerSecondMax,
    boolean overwrite,
    boolean keepSource,
    boolean takeover,
    List<String> excluded) {
  public static final MoverOptions DEFAULT = new MoverOptions(0, 0, false, false);

  /// To a scope's fallback, whose home is lost.
  public static final MoverOptions TAKEOVER = new MoverOptions(0, 0, false, false, true, List.of());

  public MoverOptions {
    excluded = List.copyOf(excluded);
    if (itemsPerSecondMax < 0 || bytesPerSecondMax < 0) {
      throw new IllegalArgumentException("a rate limit cannot be negative");
    }
  }

  /// An ordinary copy, with nothing nested inside.
  public MoverOptions(
      long itemsPerSecondMax, long bytesPerSecondMax, boolean overwrite, boolean keepSource) {
    this(itemsPerSecondMax, bytesPerSecondMax, overwrite, keepSource, false, List.of());
  }

  public MoverOptions withExcluded(List<String> nested) {
    return new MoverOptions(
        itemsPerSecondMax, bytesPerSecondMax, overwrite, keepSource, takeover, nested);
  }
}
