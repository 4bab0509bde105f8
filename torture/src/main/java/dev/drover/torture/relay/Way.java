package dev.drover.torture.relay;

/// A direction of a wire.
public enum Way {
  /// What the one who connected sends.
  THERE,
  /// What the other answers.
  BACK
}
