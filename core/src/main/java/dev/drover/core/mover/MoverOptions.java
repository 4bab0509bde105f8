package dev.drover.core.mover;

import java.util.List;

/// How a copy may behave.
///
/// @param itemsPerSecondMax at most so many keys or documents a second while copying; 0 for no
///   limit
/// @param bytesPerSecondMax at most so many payload bytes a second while copying; 0 for no limit
/// @param overwrite whether what stands at the target already may be replaced
/// @param keepSource whether the old home keeps its copy after the move
/// @param excluded locators nested inside the one that moves, which are partitions of their own and
///   stay where they are (for `redis`: longer prefixes)
public record MoverOptions(
    long itemsPerSecondMax,
    long bytesPerSecondMax,
    boolean overwrite,
    boolean keepSource,
    List<String> excluded) {
  public static final MoverOptions DEFAULT = new MoverOptions(0, 0, false, false);

  public MoverOptions {
    excluded = List.copyOf(excluded);
    if (itemsPerSecondMax < 0 || bytesPerSecondMax < 0) {
      throw new IllegalArgumentException("a rate limit cannot be negative");
    }
  }

  /// Nothing nested inside.
  public MoverOptions(
      long itemsPerSecondMax, long bytesPerSecondMax, boolean overwrite, boolean keepSource) {
    this(itemsPerSecondMax, bytesPerSecondMax, overwrite, keepSource, List.of());
  }

  public MoverOptions withExcluded(List<String> nested) {
    return new MoverOptions(itemsPerSecondMax, bytesPerSecondMax, overwrite, keepSource, nested);
  }
}
