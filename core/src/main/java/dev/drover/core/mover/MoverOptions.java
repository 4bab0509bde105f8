package dev.drover.core.mover;

/// How a copy may behave.
///
/// @param itemsPerSecondMax at most so many keys or documents a second while copying; 0 for no
///   limit
/// @param bytesPerSecondMax at most so many payload bytes a second while copying; 0 for no limit
/// @param overwrite whether what stands at the target already may be replaced
/// @param keepSource whether the old home keeps its copy after the move
public record MoverOptions(
    long itemsPerSecondMax, long bytesPerSecondMax, boolean overwrite, boolean keepSource) {
  public static final MoverOptions DEFAULT = new MoverOptions(0, 0, false, false);

  public MoverOptions {
    if (itemsPerSecondMax < 0 || bytesPerSecondMax < 0) {
      throw new IllegalArgumentException("a rate limit cannot be negative");
    }
  }
}
