package dev.drover.sim;

/// What a home can do.
///
/// @param fencesSource whether it can refuse writers who go around the gateways
/// @param blocks whether its fence refuses everybody
/// @param captureLoss the probability that a change breaks the capture that it should be told on
record HomeTraits(
    boolean fencesSource, boolean blocks, Conditional conditional, double captureLoss) {
  /// How it refuses copies of an older term (docs/design.md, M1).
  enum Conditional {
    /// It keeps the highest term that it has been told, and refuses what is older.
    TERM_FENCE,
    /// Each key has a version of term and sequence, and keeps what is newer.
    VERSIONS,
    /// It knows no terms. A driver writes through a name of its own; its successor takes the name
    /// away, and waits for what had come through it and is under way within the home.
    NAMES
  }
}
