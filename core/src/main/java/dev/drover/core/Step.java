package dev.drover.core;

/// How far a move is. An engine maps its own phases onto these.
public enum Step {
  /// Capture is turned on and the target made ready.
  PREPARE,
  /// Everything is copied.
  COPY,
  /// What changes meanwhile is brought over, and all is verified.
  FOLLOW,
  /// Writes are held; the last tail is taken.
  SETTLE,
  /// Ownership is about to change: the commit.
  FLIP,
  /// Every gateway confirms the new home.
  OPEN,
  /// The partition is active at its new home.
  COMPLETE
}
