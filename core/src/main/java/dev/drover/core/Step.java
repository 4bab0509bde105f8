package dev.drover.core;

/// How far a move is. Steps that an engine has of its own stand in its [EngineState].
public enum Step {
  /// Capture is turned on and the target made ready.
  PREPARE,
  /// Everything is copied.
  COPY,
  /// What changes meanwhile is brought over, and all is verified.
  FOLLOW,
  /// Writes are held; the last tail is taken.
  SETTLE,
  /// Every gateway confirms the new home.
  OPEN
}
