package dev.drover.core.mover;

/// What a look at a home has shown.
///
/// @param version the server's, empty if it did not answer
/// @param problem why it cannot be used, empty if it can
/// @param items how many items it holds, -1 if unknown
/// @param usedBytes memory or disk in use, -1 if unknown
public record HomeLook(
    boolean reachable, String version, String problem, long items, long usedBytes) {
  /// It cannot be used.
  public static HomeLook unreachable(String problem) {
    return new HomeLook(false, "", problem, -1, -1);
  }
}
